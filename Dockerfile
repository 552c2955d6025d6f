# Two stages from one base: the first builds the wheel and an environment from the lock, the second only carries it.
FROM python:3.13-slim AS build
WORKDIR /build
COPY requirements.lock ./
# uv comes out of the lock, its hashes checked.
RUN sed -n '/^uv==/,/^ *#/p' requirements.lock > uv.lock \
    && pip install --no-cache-dir --no-deps --require-hashes -r uv.lock
COPY pyproject.toml README.md LICENSE ./
COPY service service
COPY sql sql
# The lock only constrains here: what serving needs is installed, at the locked versions and hashes, and nothing else.
RUN uv build --wheel --out-dir dist --build-constraints requirements.lock \
    && uv venv /opt/cadran \
    && uv pip install --python /opt/cadran --no-cache --compile-bytecode --constraint requirements.lock dist/*.whl

FROM python:3.13-slim
RUN useradd --system --no-create-home --shell /usr/sbin/nologin cadran
COPY --from=build /opt/cadran /opt/cadran
ENV PATH=/opt/cadran/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    CADRAN_HOST=0.0.0.0 \
    CADRAN_PORT=8000
USER cadran
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/live', timeout=2)"]
ENTRYPOINT ["cadran"]
CMD ["serve"]
