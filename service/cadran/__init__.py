"""cadran: the figures of a contact centre, typed and answerable."""
