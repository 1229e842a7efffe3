"""A provider of OpenID Connect in the test's own process: whoever comes is signed in at once."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

KEY = RSAKey.generate_key(2048, {"kid": "1", "use": "sig", "alg": "RS256"})


@dataclass
class Provider:
    """Its address, and who is at the keyboard: the subject that it signs in next."""

    url: str
    subject: str = "ann"
    nonces: dict[str, tuple[str, str]] = field(default_factory=dict)  # code -> subject, nonce

    def metadata(self, _: dict[str, str]) -> dict[str, object]:
        """What the app reads first."""
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
        }

    def keys(self, _: dict[str, str]) -> dict[str, object]:
        """The public key."""
        return {"keys": [KEY.as_dict(private=False)]}

    def authorize(self, query: dict[str, str]) -> str:
        """Back to the app at once, with a code."""
        code = f"code-{len(self.nonces)}"
        self.nonces[code] = (self.subject, query["nonce"])
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, query: dict[str, str]) -> dict[str, object]:
        """Who the code stands for, signed."""
        subject, nonce = self.nonces[query["code"]]
        now = int(time.time())
        claims = {"iss": self.url, "sub": subject, "aud": "gym", "iat": now, "exp": now + 600}
        claims |= {"nonce": nonce, "email": f"{subject}@example.org"}
        signed = jwt.encode({"alg": "RS256", "kid": "1"}, claims, KEY)
        return {"access_token": "x", "token_type": "Bearer", "id_token": signed}


@contextmanager
def provider() -> Iterator[Provider]:
    """A provider on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(urlsplit(self.path).query)

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["Content-Length"])).decode())

        def _answer(self, text: str) -> None:
            query = {name: values[0] for name, values in parse_qs(text).items()}
            found = ROUTES[urlsplit(self.path).path](running, query)
            if isinstance(found, str):
                self.send_response(302)
                self.send_header("Location", found)
                self.end_headers()
                return
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(found).encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running = Provider(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()


ROUTES = {
    "/.well-known/openid-configuration": Provider.metadata,
    "/keys": Provider.keys,
    "/authorize": Provider.authorize,
    "/token": Provider.token,
}
