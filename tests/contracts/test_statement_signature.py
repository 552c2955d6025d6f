"""Canonical JSON as ECMAScript writes it, and signatures that others can verify with separate libraries."""

from __future__ import annotations

import json
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from random import Random

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from cadran.contracts.statement.canonical_json import encode_canonical, encode_number
from cadran.contracts.statement.jws import StatementKeys, read_statement_key, read_statement_keys
from cadran.errors import QuestionRefused, SettingsError
from tests.packages import installed, told

KEYS: dict[str, Callable[[], ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey]] = {
    "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "EdDSA": ed25519.Ed25519PrivateKey.generate,
}
#: Sort members by UTF-16 code units, and write numbers as ECMAScript does.
ECMASCRIPT = """
import { readFileSync } from "node:fs";
const sorted = (value) => Array.isArray(value) ? value.map(sorted)
  : value && typeof value === "object"
    ? Object.fromEntries(Object.keys(value).sort().map((name) => [name, sorted(value[name])])) : value;
console.log(JSON.stringify(readFileSync(process.argv[2], "utf8").trim().split("\\n")
  .map((line) => JSON.stringify(sorted(JSON.parse(line))))));
"""
STRANGER = """
import { readFileSync } from "node:fs";
import { createLocalJWKSet, flattenedVerify } from "jose";
const { jwks, payload, signature } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const [head, , signed] = signature.split(".");
const body = Buffer.from(payload, "base64").toString("base64url");
const verified = await flattenedVerify({ protected: head, payload: body, signature: signed }, createLocalJWKSet(jwks))
  .then((found) => found.protectedHeader.kid, (error) => error.code);
console.log(JSON.stringify(verified));
"""


def pem(private: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey) -> bytes:
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def test_numbers_and_members_are_written_as_ecmascript_writes_them(pytestconfig: pytest.Config, tmp_path: Path):
    random = Random(3)
    doubles = [struct.unpack(">d", random.randbytes(8))[0] for _ in range(3000)]
    doubles += [round(random.uniform(-1e6, 1e6), random.randrange(8)) for _ in range(2000)]
    doubles += [10.0**exponent for exponent in range(-30, 30)] + [
        5e-324,
        1.7976931348623157e308,
        -0.0,
        1e21,
        123456789012345680000.0,
    ]
    doubles = [value for value in doubles if value == value and abs(value) != float("inf")]
    texts = [
        "\\u20ac",
        "\\r",
        "1",
        "\\u0080",
        "ö",
        "\\ud83d\\ude00",
        "\\ufb33",
        'a"b\\\\',
        "é\\u0007\\u2028",
        "",
        "Z",
        "a",
    ]
    names = [json.loads(f'"{text}"') if "\\" in text and '"' not in text else text for text in texts]
    lines = [*doubles, {name: place for place, name in enumerate(names)}, [True, None, {"b": [], "a": {}}], names]
    file = tmp_path / "lines"
    # Numbers have enough digits that every parser reads the same double. Names are no array indices, because ECMAScript
    # puts those first.
    file.write_text("\n".join(json.dumps(line) for line in lines))
    script = installed(pytestconfig, "nothing-1", ["jose@6"], ECMASCRIPT)
    theirs = told(script, str(file))
    ours = [encode_canonical(line).decode() for line in lines]
    # ECMAScript treats an object's member "1" as an index, so objects are left out.
    assert [mine for mine in ours if not mine.startswith("{")] == [each for each in theirs if not each.startswith("{")]
    members = list(json.loads(ours[len(doubles)]))
    assert members == sorted(names, key=lambda name: name.encode("utf-16-be"))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_comes_back_as_it_was(value: float):
    assert float(encode_number(value)) == value


def test_what_would_not_come_back_is_refused():
    for value in (2**53 + 1, float("nan"), float("inf"), "\ud800", {1, 2}, b"x"):
        with pytest.raises(ValueError, match=r".*"):
            encode_canonical({"a": value})


@pytest.mark.parametrize("algorithm", KEYS)
def test_a_stranger_verifies_and_any_change_breaks_it(pytestconfig: pytest.Config, tmp_path: Path, algorithm: str):
    keys = StatementKeys([read_statement_key(pem(KEYS[algorithm]()), where="test")])
    payload = encode_canonical({"amount": 1250, "attained": 0.783})
    signature = keys.signature(payload)
    assert signature == keys.signature(payload)
    script = installed(pytestconfig, "jose-6", ["jose@6"], STRANGER)
    file = tmp_path / "asked"

    def verified(content: bytes, signed: str = signature) -> str:
        encoded = urlsafe_b64encode(content).decode().replace("-", "+").replace("_", "/")
        file.write_text(json.dumps({"jwks": keys.published(), "payload": encoded, "signature": signed}))
        return str(told(script, str(file)))

    [published] = keys.published()["keys"]
    assert verified(payload) == published["kid"]
    assert (published["alg"], published["use"]) == (algorithm, "sig")
    assert "d" not in published
    assert verified(payload.replace(b"1250", b"1251")) == "ERR_JWS_SIGNATURE_VERIFICATION_FAILED"
    other = StatementKeys([read_statement_key(pem(KEYS[algorithm]()), where="test")])
    assert verified(payload, other.signature(payload)) == "ERR_JWKS_NO_MATCHING_KEY"
    # Verify the signature with another library in another language, too.
    head, empty, signed = signature.split(".")
    assert empty == ""
    whole = f"{head}.{urlsafe_b64encode(payload).rstrip(b'=').decode()}.{signed}"
    assert jwt.PyJWS().decode(whole, jwt.PyJWK(published).key, algorithms=[algorithm]) == payload


def test_a_key_is_called_by_its_thumbprint():
    # Compute the thumbprint by the steps of RFC 7638: hash the required members in order.
    private = ec.generate_private_key(ec.SECP256R1())
    key = read_statement_key(pem(private), where="test")
    members = ",".join(f'"{name}":"{key.jwk[name]}"' for name in ("crv", "kty", "x", "y"))
    digest = sha256(("{" + members + "}").encode()).digest()
    assert key.kid == urlsafe_b64encode(digest).rstrip(b"=").decode()
    x = int.from_bytes(urlsafe_b64decode(key.jwk["x"] + "=="))
    assert x == private.public_key().public_numbers().x


def test_keys_rotate(tmp_path: Path):
    old, new = ed25519.Ed25519PrivateKey.generate(), ec.generate_private_key(ec.SECP256R1())
    (tmp_path / "new.pem").write_bytes(pem(new))
    public = old.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "old.pem").write_bytes(public)
    before = StatementKeys([read_statement_key(pem(old), where="test")])
    # The old public key is still published to verify its signatures. It signs nothing, wherever it is in the list.
    after = read_statement_keys(f"{tmp_path / 'old.pem'}, {tmp_path / 'new.pem'}")
    kids = [each["kid"] for each in after.published()["keys"]]
    assert kids[0] == before.published()["keys"][0]["kid"]
    head = json.loads(urlsafe_b64decode(after.signature(b"{}").split(".")[0] + "=="))
    assert (head["alg"], head["kid"]) == ("ES256", kids[1])


def test_what_is_no_key_is_refused_with_its_file(tmp_path: Path):
    for name, content in (
        ("text.pem", b"hello"),
        ("rsa.pem", pem(rsa.generate_private_key(public_exponent=65537, key_size=2048))),
        ("p384.pem", pem(ec.generate_private_key(ec.SECP384R1()))),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(SettingsError, match=name):
            read_statement_keys(str(tmp_path / name))
    with pytest.raises(SettingsError, match="cannot be read"):
        read_statement_keys(str(tmp_path / "none.pem"))
    with pytest.raises(QuestionRefused, match="CADRAN_STATEMENT_KEYS") as refused:
        StatementKeys().signature(b"{}")
    assert refused.value.code == "no_signing_key"
