# A strict server of S3 in memory, for what s3rver lets pass: it checks every signature (AWS
# Signature Version 4, written from its description and not from ours) and every digest of a body,
# demands sorted queries, knows how to abort an upload, and answers one request with 503 now and then.
#   tests/s3_strict.py COMMAND…   runs the command with QIANYIN_TEST_S3 set; then prints what it saw
# SPDX-License-Identifier: Apache-2.0
import datetime
import hashlib
import hmac
import http.server
import os
import re
import subprocess
import sys
import threading
import time
import urllib.parse

KEY, SECRET, BUCKET = "S3RVER", "S3RVER", "qianyin"
lock = threading.Lock()
objects, uploads, seen = {}, {}, {"requests": 0, "busy": 0, "denied": 0, "parts": 0, "aborted": 0}


def hmac_of(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def signature_of(method, path, query, headers, names, date, region, secret):
    canonical = "\n".join([method, path, query, *(f"{n}:{' '.join(headers[n].split())}" for n in names), "",
                           ";".join(names), headers["x-amz-content-sha256"]])
    scope = f"{date[:8]}/{region}/s3/aws4_request"
    to_sign = "\n".join(["AWS4-HMAC-SHA256", date, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = f"AWS4{secret}".encode()
    for word in scope.split("/"):
        key = hmac_of(key, word)
    return hmac_of(key, to_sign).hex()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    busy_again = 0.0

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if "Content-Length" not in dict(headers):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def refuse(self, status, code):
        self.answer(status, f"<Error><Code>{code}</Code></Error>".encode())

    def is_signed(self, path, query, body):
        """What is wrong, or nothing."""
        headers = {name.lower(): value for name, value in self.headers.items()}
        said = re.fullmatch(r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/s3/aws4_request, "
                            r"SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})", headers.get("authorization", ""))
        if not said or said[1] != KEY:
            return "InvalidAccessKeyId"
        names = said[4].split(";")
        if names != sorted(names) or not {"host", "x-amz-content-sha256", "x-amz-date"} <= set(names):
            return "SignedHeaders"
        if any(name not in headers for name in names):
            return "SignedHeaderNotSent"
        if headers["x-amz-content-sha256"] != hashlib.sha256(body).hexdigest():
            return "XAmzContentSHA256Mismatch"
        if query.split("&") != sorted(query.split("&")):
            return "QueryNotSorted"
        want = signature_of(self.command, path, query, headers, names, headers["x-amz-date"], said[3], SECRET)
        return None if hmac.compare_digest(want, said[5]) else "SignatureDoesNotMatch"

    def handle_any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path, _, query = self.path.partition("?")
        with lock:
            seen["requests"] += 1
            # Not the same request three times by bad luck: who tries again is let in.
            if seen["requests"] % 7 == 0 and time.monotonic() > Handler.busy_again:
                Handler.busy_again = time.monotonic() + 0.5
                seen["busy"] += 1
                return self.refuse(503, "SlowDown")
            fault = self.is_signed(path, query, body)
            if fault:
                seen["denied"] += 1
                return self.refuse(403, fault)
            words = dict(urllib.parse.parse_qsl(query, keep_blank_values=True))
            match = re.fullmatch(f"/{BUCKET}(?:/(.+))?", path)
            if not match:
                return self.refuse(404, "NoSuchBucket")
            if not match[1]:
                return self.list(words)
            name = f"{self.command}_{'uploads' if 'uploads' in words else 'upload' if 'uploadId' in words else 'object'}"
            act = getattr(self, name, None)
            return act(match[1], words, body) if act else self.refuse(405, "MethodNotAllowed")

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = handle_any

    def list(self, words):
        names = sorted(n for n in objects if n.startswith(words["prefix"]) and n > words.get("start-after", ""))
        # Short pages, whatever is asked for: so that going on is tried.
        page = names[:min(3, int(words["max-keys"]))]
        entries = "".join(f"<Contents><Key>{n}</Key><LastModified>{objects[n][1]}</LastModified><ETag>&quot;x&quot;</ETag>"
                          f"<Size>{len(objects[n][0])}</Size></Contents>" for n in page)
        cut = str(len(page) < len(names)).lower()
        self.answer(200, f"<ListBucketResult><IsTruncated>{cut}</IsTruncated>{entries}</ListBucketResult>".encode())

    def keep(self, key, octets):
        objects[key] = (octets, datetime.datetime.utcnow().strftime("%Y-%m-%dT%H:%M:%S.000Z"))

    def PUT_object(self, key, _, body):
        self.keep(key, body)
        self.answer(200, headers=[("ETag", f'"{hashlib.md5(body).hexdigest()}"')])

    def GET_object(self, key, *_):
        if key not in objects:
            return self.refuse(404, "NoSuchKey")
        return self.answer(200, objects[key][0])

    def HEAD_object(self, key, *_):
        if key not in objects:
            return self.answer(404)
        return self.answer(200, headers=[("Content-Length", str(len(objects[key][0])))])

    def DELETE_object(self, key, *_):
        objects.pop(key, None)
        self.answer(204)

    def POST_uploads(self, key, *_):
        name = os.urandom(6).hex() + "/+="  # to be encoded
        uploads[name] = (key, {})
        self.answer(200, f"<InitiateMultipartUploadResult><UploadId>{name}</UploadId></InitiateMultipartUploadResult>".encode())

    def PUT_upload(self, key, words, body):
        if uploads.get(words["uploadId"], (None,))[0] != key:
            return self.refuse(404, "NoSuchUpload")
        tag = f'"{hashlib.md5(body).hexdigest()}"'
        uploads[words["uploadId"]][1][int(words["partNumber"])] = (tag, body)
        seen["parts"] += 1
        return self.answer(200, headers=[("ETag", tag)])

    def POST_upload(self, key, words, body):
        if uploads.get(words["uploadId"], (None,))[0] != key:
            return self.refuse(404, "NoSuchUpload")
        parts = uploads[words["uploadId"]][1]
        asked = [(int(n), tag) for n, tag in re.findall(r"<PartNumber>(\d+)</PartNumber><ETag>([^<]+)</ETag>", body.decode())]
        if asked != [(n, parts[n][0]) for n in sorted(parts)] or any(len(parts[n][1]) < 5 << 20 for n in sorted(parts)[:-1]):
            return self.answer(200, b"<Error><Code>InvalidPart</Code></Error>")
        self.keep(key, b"".join(parts[n][1] for n in sorted(parts)))
        del uploads[words["uploadId"]]
        return self.answer(200, b"<CompleteMultipartUploadResult/>")

    def DELETE_upload(self, key, words, _):
        if uploads.get(words["uploadId"], (None,))[0] != key:
            return self.refuse(404, "NoSuchUpload")
        del uploads[words["uploadId"]]
        seen["aborted"] += 1
        return self.answer(204)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
place = {"QIANYIN_TEST_S3": f"127.0.0.1:{server.server_port}/{BUCKET}", "QIANYIN_TEST_S3_STRICT": "1"}
status = subprocess.run(sys.argv[1:], env={**os.environ, **place}, check=False).returncode
print("# seen: " + ", ".join(f"{seen[name]} {name}" for name in seen) + f", {len(uploads)} uploads left")
sys.exit(status)
