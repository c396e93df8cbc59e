"""A host with one fault, behind the command transport: host.py HOME FAULT /bin/sh -c COMMAND

What the controller asks of it runs in HOME, except for the fault. An agent's answers pass through here, frame by frame,
for faults that are lies of the agent."""

import os
import struct
import subprocess
import sys
import threading
import time
import zlib

home, fault, command = sys.argv[1], sys.argv[2], sys.argv[3:]
text = command[-1]
is_agent = "exec env PARALLAX_RUN=" in text
is_deployment = "parallax-facts" in text and "mv -f" in text
environment = dict(os.environ, HOME=home)
environment.pop("XDG_CACHE_HOME", None)


def run_beside(programs):
    """Programs that stand before the real ones in the PATH."""
    folder = home + "-bin-" + fault
    os.makedirs(folder, exist_ok=True)
    for name, body in programs.items():
        path = os.path.join(folder, name)
        with open(path + str(os.getpid()), "w") as file:
            file.write("#!/bin/sh\n" + body + "\n")
        os.chmod(path + str(os.getpid()), 0o755)
        os.rename(path + str(os.getpid()), path)
    environment["PATH"] = folder + ":" + environment["PATH"]


def mounted(options):
    """A file system of the command's own over HOME, which goes with it."""
    script = 'mount -t tmpfs -o "$1" none "$2" && shift 2 && exec "$@"'
    return ["unshare", "-m", "sh", "-c", script, "sh", options, home] + command


if fault == "wrong-architecture":
    run_beside({"uname": '/usr/bin/uname "$@" | sed "s/x86_64/aarch64/"'})
elif fault == "damaged-transfer":
    run_beside({name: f'/usr/bin/{name} "$@" | sed "s/parallax-agent/parallax-tnega/"' for name in ("zstd", "gzip")})
elif fault == "disk-full":
    command = mounted("size=1m")
elif fault == "disk-fills-up":
    run_beside({"df": 'echo Filesystem ... Mounted on; echo none 9999999 0 9999999 0% /'})
    command = mounted("size=8m")
elif fault == "read-only":
    command = mounted("ro")
elif fault == "late-last-words" and is_deployment:
    # Another process carries its standard error, and is slower than the news of its end.
    result = subprocess.run(mounted("ro"), env=environment, stderr=subprocess.PIPE)
    if os.fork() == 0:
        os.closerange(0, 2)
        time.sleep(0.1)
        os.write(2, result.stderr)
        os._exit(0)
    sys.exit(result.returncode)
elif fault == "noexec":
    command = mounted("noexec,size=64m")
elif fault == "deploy-hangs" and not is_agent:
    time.sleep(3600)
elif fault == "dies-in-upload" and is_deployment:
    child = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE)
    child.stdin.write(sys.stdin.buffer.read(500_000))
    child.stdin.flush()
    child.kill()
    sys.exit(1)
elif fault == "dies-before-start" and is_agent:
    sys.exit(1)
elif fault == "noisy-shell":
    sys.stdout.write("Welcome\r\n\x1b[31m\x1b]0;owned\x07" + "motd " * 20_000 + "\n")
    sys.stdout.flush()
elif fault == "answers-garbage" and is_agent:
    while True:
        sys.stdout.buffer.write(os.urandom(1 << 16))
elif fault == "never-greets" and is_agent:
    sys.stdin.buffer.read()
    sys.exit(0)
elif fault == "far-off-clock" and is_agent:
    command = ["unshare", "--time", "--fork", "--monotonic", "7000000"] + command

LIES = {
    "forged-cell", "forged-batch", "repeated-records", "time-runs-backwards", "impossible-counts", "oversize-frame",
    "other-version", "damaged-frame", "escape-sequences", "flood", "another-plan", "clock-steps", "half-a-frame",
    "answers-to-nobody",
}
if fault not in LIES or not is_agent:
    os.execvpe(command[0], command, environment)

MAGIC, VERSION = b"\xf1PLX", 3
HELLO, PLAN, PONG, RECORDS, DONE, LOG, FATAL, STOPPED = range(1, 9)


def frame(payload, version=VERSION):
    covered = struct.pack(">BI", version, len(payload))
    return MAGIC + covered + struct.pack(">I", zlib.crc32(covered + payload)) + payload


def varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out) + bytes([value])


def signed(value):
    return varint((value << 1) ^ (value >> 63) if value >= 0 else ((-value) << 1) - 1)


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def varint(self):
        value = shift = 0
        while True:
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def signed(self):
        value = self.varint()
        return (value >> 1) ^ -(value & 1)

    def byte(self):
        self.at += 1
        return self.data[self.at - 1]

    @property
    def rest(self):
        return self.data[self.at:]


def string(value):
    return varint(len(value)) + value


pongs = 0


def lie(payload):
    """What goes out instead of a frame with this payload."""
    global pongs
    tag, reader = payload[0], Reader(payload[1:])
    if tag == RECORDS:
        number, batch, cell, stage = reader.signed(), reader.signed(), reader.signed(), reader.byte()
        head = lambda batch=batch, cell=cell: bytes([tag]) + signed(number) + signed(batch) + signed(cell) + bytes([stage])
        if fault == "forged-cell":
            return frame(head(cell=cell + 100) + reader.rest)
        if fault == "forged-batch":
            return frame(head(batch=batch + 100) + reader.rest)
        if fault == "repeated-records":
            return frame(payload) * 2
        if fault == "damaged-frame":
            return frame(payload)[:-1] + bytes([payload[-1] ^ 1])
        if fault == "half-a-frame":
            sys.stdout.buffer.write(frame(payload)[:20])
            sys.stdout.flush()
            child.kill()
            os._exit(0)
        if fault == "oversize-frame":
            return MAGIC + struct.pack(">BII", VERSION, 1 << 31, 0) + payload
        if fault == "time-runs-backwards":
            start = reader.at
            reader.signed(), reader.signed()
            if reader.byte():  # the connection: when it began (perhaps), was there, and was secured (perhaps)
                if reader.byte():
                    reader.signed()
                reader.signed()
                if reader.byte():
                    reader.signed()
            if reader.byte():  # the first byte
                reader.signed()
            times = reader.data[start:reader.at]
            reader.signed()
            return frame(head() + times + signed(-5_000_000_000) + reader.rest)
    if tag == DONE and fault == "impossible-counts":
        batch = reader.signed()
        return frame(bytes([tag]) + signed(batch) + signed(1 << 62) + signed(-5) + signed((1 << 63) - 1) + b"\0")
    if tag == DONE and fault == "escape-sequences":
        return frame(bytes([STOPPED]) + string(b"\x1b[2J\x1b]0;owned\x07 all is well\r\n\x1b[31m")) + frame(payload)
    if tag == DONE and fault == "flood":
        noise = frame(bytes([LOG]) + string(b"x" * 60_000))
        try:
            while True:
                sys.stdout.buffer.write(noise)
        except BrokenPipeError:
            os._exit(0)
    if tag == DONE and fault == "answers-to-nobody":
        return b"".join(frame(bytes([PONG]) + varint(10**6 + n) + signed(0) + signed(0)) for n in range(5000)) + frame(payload)
    if tag == HELLO and fault == "other-version":
        return frame(payload, version=9)
    if tag == PLAN and fault == "another-plan":
        return frame(bytes([tag]) + string(b"sha256:" + b"0" * 64))
    if tag == PONG and fault == "clock-steps":
        pongs += 1
        sequence, received, answered = reader.varint(), reader.signed(), reader.signed()
        step = 5_000_000_000 if pongs > 9 else 0
        return frame(bytes([tag]) + varint(sequence) + signed(received + step) + signed(answered + step))
    return frame(payload)


child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)


def feed():
    while chunk := os.read(0, 1 << 16):
        child.stdin.write(chunk)
        child.stdin.flush()
    child.stdin.close()


threading.Thread(target=feed, daemon=True).start()
while header := child.stdout.read(13):
    payload = child.stdout.read(struct.unpack(">I", header[5:9])[0])
    try:
        sys.stdout.buffer.write(lie(payload))
        sys.stdout.flush()
    except BrokenPipeError:
        break
child.stdin.close()
child.wait()
