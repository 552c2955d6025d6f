"""cadran, a metrics API for contact centres."""
