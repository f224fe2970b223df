"""The deployment files before systemd and nginx themselves: `make check-deploy`, where both are."""

import shutil
import subprocess

import pytest

from tests.deploy.test_deploy import DEPLOY, UNITS


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_systemd_itself_finds_nothing_wrong(path):
    done = subprocess.run(  # noqa: S603 - our own files
        ["systemd-analyze", "verify", path],  # noqa: S607 - wherever it is installed
        capture_output=True,
        text=True,
        check=False,
    )

    ours = [line for line in done.stderr.splitlines() if path.stem in line]
    assert [line for line in ours if "is not executable" not in line] == []


def test_nginx_itself_finds_nothing_wrong(tmp_path):
    openssl = shutil.which("openssl") or "openssl"
    key, certificate = tmp_path / "privkey.pem", tmp_path / "fullchain.pem"
    subprocess.run(  # noqa: S603 - our own words
        [
            *(openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-keyout", key, "-out", certificate, "-days", "1", "-subj", "/CN=x"),
        ],
        check=True,
        capture_output=True,
    )
    site = (DEPLOY / "nginx" / "welfare.conf").read_text()
    site = site.replace("/etc/nginx/tls", str(tmp_path)).replace("/var/log/nginx", str(tmp_path))
    whole = tmp_path / "nginx.conf"
    whole.write_text(
        f"pid {tmp_path}/pid; error_log stderr; events {{}}\n"
        f"http {{ include {DEPLOY}/nginx/upstream.conf; {site} }}\n"
    )

    done = subprocess.run(  # noqa: S603 - our own files
        ["nginx", "-t", "-c", whole],  # noqa: S607 - wherever it is installed
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
