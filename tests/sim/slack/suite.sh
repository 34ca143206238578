#!/bin/sh
# suite.sh: everything about mentord-slack that needs the simulated Slack, each part by itself; fails when one of them does.
set -u
failed=0
for part in contract_test doctor_test tls_test sockets_test story_test; do
  echo "# $part"
  timeout 280 /usr/bin/python3 "$(dirname "$0")/$part.py" || { failed=1; echo "FAILED: $part"; }
done
exit $failed
