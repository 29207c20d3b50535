#!/bin/sh
# Runs every notebook on a fresh demo workspace and leaves the notebooks themselves untouched.
#
#   sh notebooks/run.sh PATH/TO/seatdrift [FOLDER FOR THE EXECUTED COPIES]
#
# Set SEATDRIFT_WORKSPACE to use an existing workspace in place of a demo.
set -eu

if [ $# -lt 1 ]; then
    echo "usage: sh notebooks/run.sh PATH/TO/seatdrift [FOLDER]" >&2
    exit 2
fi
binary=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
out=${2:-$work/executed}
mkdir -p "$out"
out=$(cd "$out" && pwd)

python=${XDG_CACHE_HOME:-$HOME/.cache}/seatdrift-notebooks/bin/python
if [ ! -x "$python" ]; then
    python3 -m venv "$(dirname "$(dirname "$python")")"
fi
"$python" -m pip install --quiet -r "$here/requirements.txt"

if [ -z "${SEATDRIFT_WORKSPACE:-}" ]; then
    "$binary" --quiet demo "$work/demo"
    SEATDRIFT_WORKSPACE=$work/demo
fi
SEATDRIFT_WORKSPACE=$(cd "$SEATDRIFT_WORKSPACE" && pwd)
export SEATDRIFT_WORKSPACE

for notebook in "$here"/*.ipynb; do
    "$python" - "$notebook" "$out" <<'PYTHON'
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

source, out = Path(sys.argv[1]), Path(sys.argv[2])
notebook = nbformat.read(source, as_version=4)
NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
nbformat.write(notebook, out / source.name)
for cell in notebook.cells:
    for output in cell.get("outputs", []):
        if output.output_type == "stream" and output.name == "stdout":
            print(output.text, end="")
PYTHON
done
