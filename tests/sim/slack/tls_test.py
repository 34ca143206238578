#!/usr/bin/python3
"""tls_test.py: mentord-slack as it is installed, with no test switch: slack.com by name, on port 443, with TLS.

A network of its own holds nothing but this machine: its hosts file says that Slack's names live here, its one authority signed
the front's certificates, and behind the front stands the simulator. Certificates that are wrong, and names nobody knows, must be
told in words that help; once they are right it goes on by itself."""
import base64
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
from pathlib import Path

sys.dont_write_bytecode = True

from harbour import Harbour, wait
from checks import check, tell_count

NAMES = ("slack.com", "wss-primary.slack.com", "wss-backup.slack.com", "files.slack.com", "hooks.slack.com")
HOSTS = "127.0.0.1 localhost\n" + "".join(f"127.0.0.1 {name}\n" for name in NAMES)


def enter_network(test=__file__):
    """The same test once more, where slack.com is this machine. Whoever is not root becomes it in there only."""
    namespaces = ["unshare", "--mount", "--net"] + ([] if os.geteuid() == 0 else ["--map-root-user"])
    os.execvp("unshare", [*namespaces, sys.executable, test, "inside"])


def run(*command, **more):
    done = subprocess.run(command, capture_output=True, text=True, check=False, **more)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))}: {done.stderr}")


class Authority:
    """Who signs: a folder with its key and what it signed."""

    def __init__(self, folder):
        self.folder = folder
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "3", "-subj", "/CN=Test authority",
            "-keyout", folder / "ca.key", "-out", folder / "ca.pem")

    def context(self, name, names=NAMES, days="3", signed=True):
        """What a server needs to be `names`."""
        key, pem, request, more = (self.folder / f"{name}.{end}" for end in ("key", "pem", "req", "ext"))
        more.write_text("subjectAltName=" + ",".join(f"DNS:{each}" for each in names) + "\n")
        run("openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={names[0]}", "-keyout", key, "-out", request)
        by = ["-CA", self.folder / "ca.pem", "-CAkey", self.folder / "ca.key", "-CAcreateserial"] if signed else ["-signkey", key]
        run("openssl", "x509", "-req", "-in", request, *by, "-days", days, "-extfile", more, "-out", pem)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem, key)
        return context


class Front:
    """Port 443: takes TLS off and passes the bytes on. Which certificate a host shows may be changed at any time: the next connection gets it."""

    def __init__(self, context, port):
        self.context, self.port = context, port
        self.shown = dict.fromkeys(NAMES, context)
        context.sni_callback = lambda near, name, _: setattr(near, "context", self.shown.get(name, self.context))
        self.listener = socket.create_server(("127.0.0.1", 443), backlog=64)
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while True:
            near, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=(near,), daemon=True).start()

    def serve(self, raw):
        try:
            join(self.context.wrap_socket(raw, server_side=True), socket.create_connection(("127.0.0.1", self.port)))
        except OSError:
            raw.close()


def pump(source, sink):
    try:
        while data := source.recv(65536):
            sink.sendall(data)
    except OSError:
        pass
    for end in (source, sink):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def join(near, far):
    threading.Thread(target=pump, args=(far, near), daemon=True).start()
    pump(near, far)


class Proxy:
    """An HTTP proxy that knows the way to Slack's names, which nobody else here does. It sees names; the rest is TLS."""

    def __init__(self, port):
        self.asked, self.refuses, self.seen, self.wants, self.unknown = set(), (), b"", None, 0
        self.listener = socket.create_server(("127.0.0.1", port), backlog=64)
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while True:
            near, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=(near,), daemon=True).start()

    def serve(self, near):
        head = b""
        while b"\r\n\r\n" not in head:
            if not (more := near.recv(4096)):
                return near.close()
            head += more
        self.seen += head
        verb, place, _ = head.split(b" ", 2)
        host, _, port = place.decode().partition(":")
        self.asked.add(host)
        shown = re.search(rb"(?i)\r\nproxy-authorization: basic (\S+)", head)
        if self.wants and (not shown or shown[1].decode() != self.wants):
            self.unknown += 1
            near.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=proxy\r\nContent-Length: 0\r\n\r\n")
            return near.close()
        if verb != b"CONNECT" or host not in NAMES or port != "443" or host in self.refuses:
            near.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            return near.close()
        near.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        join(near, socket.create_connection(("127.0.0.1", 443)))


class Far(Harbour):
    """Slack's own names; nothing tells mentord-slack that this is a test."""
    sim_options = ("--behind-tls",)

    def test_switch(self):
        return []


def lay(folder, name, text, place):
    """This file stands at that place, for us alone."""
    path = folder / name
    path.write_text(text)
    run("mount", "--bind", path, place)
    return path


def wrong_certificates(authority):
    return [("of another host", authority.context("other", ("example.com",)), "name|match|host"),
            ("signed by nobody we trust", authority.context("self", signed=False), "self-signed|self signed|unable to get"),
            ("that has run out", authority.context("old", days="0"), "expired")]


def tell_wrong(harbour, front, host, what, context, word):
    """The doctor says it; so does the one that starts, hears nothing meanwhile, and goes on by itself."""
    good, front.shown[host] = front.shown[host], context
    found = subprocess.run(harbour.command("--doctor"), capture_output=True, text=True, timeout=60)
    check(f"{host} shows a certificate {what}: the doctor says it", found.returncode == 1 and re.search(f"WRONG.*({word})", found.stdout), found.stdout)
    before = len(harbour.log())
    harbour.restart_adapter(signal.SIGTERM)
    wait(f"the log says it: {what}", lambda: re.search(f"platform_down.*({word})", harbour.log()[before:]))
    check("and so does the log, while nothing goes through", harbour.measures()["up"] == 0, harbour.measures())
    front.shown[host] = good
    harbour.up()


def talks(harbour, words):
    before = len(harbour.slack.told("aisha"))
    harbour.slack.say("say", who="aisha", text=words)
    wait(f"an answer to {words}", lambda: len(harbour.slack.told("aisha")) > before)
    check(f"answered: {words}", True)


def through_a_proxy(harbour):
    """Slack's names are known to the proxy alone."""
    before, settings = len(harbour.log()), harbour.folder / "slack.yaml"
    settings.write_text(settings.read_text() + "proxy: proxy.test:3128\n")
    harbour.restart_adapter(signal.SIGTERM)
    wait("the log says that no proxy is there", lambda: "platform_down" in harbour.log()[before:] and "proxy.test" in harbour.log()[before:])
    proxy = Proxy(3128)
    for host in ("slack.com", "wss-primary.slack.com"):
        proxy.refuses, before = (host,), len(harbour.log())
        wait(f"the log says that the proxy refuses {host}", lambda: re.search("platform_down.*the proxy proxy.test:3128 refuses", harbour.log()[before:]))
    proxy.refuses = ()
    harbour.up()
    check("through the proxy it came up by itself", {"slack.com", "wss-primary.slack.com"} <= proxy.asked, proxy.asked)
    talks(harbour, "privacy")
    found = subprocess.run(harbour.command("--doctor"), capture_output=True, text=True, timeout=60)
    check("the doctor goes through it too", found.returncode == 0, found.stdout)
    secrets = [harbour.slack.bot_token, harbour.slack.app_token, "ticket="]
    check("the proxy was told names, and nothing else", not any(secret.encode() in proxy.seen for secret in secrets), proxy.seen)
    return proxy


def with_a_password(harbour, proxy):
    """It wants to know who comes; the password stands in a file, and nowhere else."""
    password, settings = "s3cret: @%41/", harbour.folder / "slack.yaml"
    proxy.wants, before = base64.b64encode(f"mentord:{password}".encode()).decode(), len(harbour.log())
    harbour.restart_adapter(signal.SIGTERM)
    wait("the log says that the proxy refuses us", lambda: re.search("platform_down.*the proxy proxy.test:3128 refuses us.*407", harbour.log()[before:]))
    settings.write_text(settings.read_text() + "proxy_login_file: proxy.login\n")
    harbour.write_token("proxy.login", "mentord:another")
    harbour.restart_adapter(signal.SIGTERM)
    refused = proxy.unknown
    wait("a wrong password is refused", lambda: proxy.unknown > refused)
    harbour.write_token("proxy.login", f"mentord:{password}")
    harbour.restart_adapter(signal.SIGTERM)
    refused = proxy.unknown
    harbour.up()
    check("with user and password it comes up, calls and connections", proxy.unknown == refused, proxy.unknown)
    talks(harbour, "help")
    found = subprocess.run(harbour.command("--doctor"), capture_output=True, text=True, timeout=60)
    check("the doctor shows them too", found.returncode == 0, found.stdout)
    said = harbour.log() + found.stdout + found.stderr
    check("no log holds them", "s3cret" not in said and proxy.wants not in said and "mentord:another" not in said)
    (harbour.folder / "proxy.login").chmod(0o640)
    code = harbour.stop_adapter(signal.SIGTERM)
    refused = subprocess.run(harbour.command(), capture_output=True, text=True, timeout=60)
    check("it does not start with a password that others can read", code == 0 and refused.returncode != 0 and "proxy.login" in refused.stderr and "s3cret" not in refused.stderr,
          refused.stderr)


def inside():
    run("ip", "link", "set", "lo", "up")
    run("mount", "-t", "tmpfs", "tmpfs", "/etc/ssl/certs")

    with Far(bot=False) as harbour:
        folder = harbour.folder / "tls"
        folder.mkdir()
        hosts = lay(folder, "hosts", "127.0.0.1 localhost\n", "/etc/hosts")
        authority = Authority(folder)
        Path("/etc/ssl/certs/ca-certificates.crt").write_text((folder / "ca.pem").read_text())
        good = authority.context("good")
        front = Front(good, harbour.slack.port)
        wait("a name nobody knows is told", lambda: "platform_down" in harbour.log() and "resolve" in harbour.log())
        hosts.write_text(HOSTS)
        harbour.up()
        check("it came up by itself once the name was known", True)
        found = subprocess.run(harbour.command("--doctor"), capture_output=True, text=True, timeout=60)
        check("the doctor finds nothing", found.returncode == 0, found.stdout)
        harbour.start_bot()
        talks(harbour, "hello")
        harbour.slack.say("run", who="aisha", command="/mentor", text="help")
        wait("an answer to the command", lambda: len(harbour.slack.told("aisha")) > 1)
        for what, context, word in wrong_certificates(authority):
            for host in ("slack.com", "wss-primary.slack.com"):
                tell_wrong(harbour, front, host, what, context, word)
        talks(harbour, "help")
        hosts.write_text("127.0.0.1 localhost\n127.0.0.1 proxy.test\n")
        with_a_password(harbour, through_a_proxy(harbour))
    tell_count()


if __name__ == "__main__":
    if sys.argv[1:] == ["inside"]:
        inside()
    else:
        enter_network()
