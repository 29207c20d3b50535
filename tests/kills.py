#!/usr/bin/env python3
"""Kills seatdrift at random, again and again, and looks whether anything is lost.

    cargo build --release && python3 tests/kills.py target/release/seatdrift 1000

Each round starts a command (`import`, `score`, `train`, `report`, `decide`, or `review` while answers are sent to it), ends
it with SIGKILL after a random time, and then holds the workspace to what was acknowledged: it opens, every month is
there, every answer that the program said was kept is in decisions.csv once and in order, and history, originals and run
of October are of one scoring. Prints a line at the end; status 1 where something was lost. Needs nothing but Python.
"""
import csv, hashlib, json, os, random, re, shutil, signal, subprocess, sys, tempfile, threading, time, urllib.error
import urllib.parse, urllib.request

PROGRAM, ROUNDS = os.path.abspath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 200
SEED = int(sys.argv[3]) if len(sys.argv) > 3 else 7
CHANCE = random.Random(SEED)
SAMPLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "datasets", "sample-msp")
MONTHS = ["2026-06", "2026-07", "2026-08", "2026-09"]
HEADER = "subject,vendor_client,vendor_sku,psa_client,psa_sku,month,verdict,reason,until,by,at"
ENVIRONMENT = dict(os.environ, SOURCE_DATE_EPOCH="1793620800")

top = tempfile.mkdtemp(prefix="seatdrift-kills-")
os.chdir(top)
shutil.copytree(os.path.join(SAMPLE, "2026-10"), "whole")
for month in MONTHS:
    shutil.copytree(os.path.join(SAMPLE, month), os.path.join("old", month))
shutil.copytree("whole", "less")
psa = [name for name in os.listdir("less") if name.startswith("psa")][0]
rows = open(os.path.join("less", psa), encoding="utf-8").read().splitlines(True)
open(os.path.join("less", psa), "w", encoding="utf-8").writelines(rows[:-1])


def files(folder, side):
    return [os.path.join(folder, name) for name in sorted(os.listdir(folder)) if name.startswith(side)]


def seatdrift(*arguments):
    return [PROGRAM, "--workspace", "w", *arguments]


def score(folder):
    return seatdrift("score", "--month", "2026-10", "--quiet", "--vendor", *files(folder, "vendor"), "--psa",
                     *files(folder, "psa"))


def must(command):
    done = subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT)
    assert done.returncode == 0, (command, done.stderr)
    return done


def digest(path):
    return hashlib.sha256(open(path, "rb").read()).hexdigest()


must([PROGRAM, "init", "w", "--name", "Kills", "--quiet"])
must(seatdrift("import", "old", "--quiet"))
HISTORY = os.path.join("w", "history", "month=2026-10", "lines.parquet")
of_history = {}
for variant in ("less", "whole"):
    must(score(variant))
    of_history[digest(HISTORY)] = {name: digest(os.path.join(variant, name)) for name in os.listdir(variant)}

acknowledged, given, counts, wrong = [], 0, {}, []


def rows_to_decide():
    global given
    names = []
    with open("new.csv", "w", encoding="utf-8") as out:
        out.write(HEADER + "\n")
        for _ in range(CHANCE.randint(1, 400)):
            given += 1
            names.append(f"k{given}")
            out.write(f'client,Nobody {given},,Nothing {given},,,different,"k{given}, said",,kills,2026-11-03T09:00:00Z\n')
    return names


def answered(address, stop):
    """Sends answers to a page until it is gone; those it acknowledges are kept."""
    global given
    base, token = address.split("/?token=")
    head = {"Cookie": f"seatdrift={token}", "Origin": base}
    no_redirect = type("Stay", (urllib.request.HTTPRedirectHandler,), {"redirect_request": lambda *_: None})
    opener = urllib.request.build_opener(no_redirect)
    try:
        page = opener.open(urllib.request.Request(base + "/differences", headers=head), timeout=5).read().decode()
        form = re.search(r'name="csrf" value="([0-9a-f]*)', page).group(1)
        findings = [one["id"] for one in json.load(open("w/runs/2026-10/run.json"))["findings"]]
    except (OSError, ValueError, AttributeError):
        return
    while not stop.is_set():
        given += 1
        said = f"k{given}"
        body = {"csrf": form, "id": CHANCE.choice(findings), "queue": "differences", "verdict": "accepted", "reason": said}
        body = urllib.parse.urlencode(body).encode()
        try:
            opener.open(urllib.request.Request(base + "/decide", body, head), timeout=5)
        except urllib.error.HTTPError as answer:
            if answer.code == 303:
                acknowledged.append(said)
        except OSError:
            return


def killed(command, after):
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=ENVIRONMENT)
    stop, sender = threading.Event(), None
    if "review" in command:
        line = next((line for line in child.stdout if '"address"' in line), None)
        if line:
            sender = threading.Thread(target=answered, args=(line.split('"')[3], stop))
            sender.start()
    try:
        child.wait(after)
    except subprocess.TimeoutExpired:
        child.send_signal(signal.SIGKILL)
        child.wait()
    if sender:
        sender.join()
    stop.set()
    child.stdout.close()
    return child.returncode


def held(round_number, name):
    def lost(what):
        wrong.append(f"round {round_number}, {name}: {what}")
        print(wrong[-1], file=sys.stderr)

    done = subprocess.run(seatdrift("report", "--quiet"), capture_output=True, text=True, env=ENVIRONMENT)
    if done.returncode != 0:
        return lost(f"the workspace does not open: {done.stderr.strip()[:300]}")
    months = sorted(os.listdir("w/history"))
    if months != [f"month={month}" for month in MONTHS + ["2026-10"]]:
        lost(f"months: {months}")
    inputs = {one["file"]: one["sha256"] for one in json.load(open("w/runs/2026-10/run.json"))["inputs"]}
    originals = {name: digest(os.path.join("w/originals/2026-10", name)) for name in inputs}
    if not inputs == originals == of_history.get(digest(HISTORY)):
        lost("history, originals and run of October are of two scorings")
    said = [row["reason"].split(",")[0] for row in csv.DictReader(open("w/decisions.csv", newline="", encoding="utf-8"))]
    of_ours = [one for one in said if one in set(acknowledged)]
    if of_ours != acknowledged:
        lost(f"{len(set(acknowledged) - set(said))} acknowledged decisions are lost, or out of order")
    for folder in ("history", "originals", "models", "runs"):
        if any(one.startswith(".seatdrift-") for one in os.listdir(os.path.join("w", folder))):
            lost(f"a hidden folder stays in {folder}")


names = rows_to_decide()
must(seatdrift("decide", "new.csv", "--quiet"))
acknowledged.extend(names)
commands = {
    "import": lambda: seatdrift("import", "old", "--quiet"),
    "score": lambda: score(CHANCE.choice(["whole", "less"])),
    "train": lambda: seatdrift("train", "--replace", "--quiet"),
    "report": lambda: seatdrift("report", "--quiet"),
    "decide": lambda: seatdrift("decide", "new.csv", "--quiet"),
    "review": lambda: seatdrift("review", "--by", "kills", "--json"),
}
n_killed = 0
for number in range(ROUNDS):
    name = CHANCE.choice(list(commands))
    names = rows_to_decide() if name == "decide" else []
    longest = {"decide": 0.06, "review": 2.5, "train": 1.5}.get(name, 0.5)
    status = killed(commands[name](), CHANCE.uniform(0, longest) + (0.4 if name == "review" else 0))
    counts[name] = counts.get(name, 0) + 1
    n_killed += status == -signal.SIGKILL
    if name == "decide" and status == 0:
        acknowledged.extend(names)
    held(number, name)
print(f"{ROUNDS} rounds ({', '.join(f'{name} {n}' for name, n in sorted(counts.items()))}), {n_killed} killed, "
      f"{len(acknowledged)} decisions acknowledged, {len(wrong)} faults (seed {SEED})")
shutil.rmtree(top)
sys.exit(1 if wrong else 0)
