"""Writes parallax.1 and a page for every verb into a folder, from what `parallax --experimental-dump-help` prints."""

import json
import pathlib
import sys


def roff(text):
    """Text in which nothing is a request or an escape of roff."""
    safe = text.replace("\\", "\\e").replace("-", "\\-")
    return "\n".join("\\&" + line if line[:1] in (".", "'") else line for line in safe.split("\n"))


def name(entry):
    return ("--" if entry["kind"] == "long" else "-") + entry["name"]


def shown(argument):
    return argument.get("shouldDisplay", True) and argument.get("preferredName", {}).get("name") not in ("help", "version")


def synopsis(argument):
    value = argument.get("valueName", "value")
    if argument["kind"] == "positional":
        text = f"\\fI{roff(value)}\\fR" + (" ..." if argument["isRepeating"] else "")
    else:
        text = f"\\fB{roff(name(argument['preferredName']))}\\fR"
        if argument["kind"] == "option":
            text += f" \\fI{roff(value)}\\fR"
    return f"[{text}]" if argument["isOptional"] else text


def describe(argument):
    names = ", ".join(f"\\fB{roff(name(entry))}\\fR" for entry in argument.get("names", []))
    value = f" \\fI{roff(argument.get('valueName', 'value'))}\\fR"
    head = names + (value if argument["kind"] != "flag" else "")
    text = argument.get("abstract", "")
    if argument.get("defaultValue") and "(default" not in text:
        text += f" (default: {argument['defaultValue']})"
    return [".TP", head.strip(), roff(text)]


def page(path, command):
    title = "-".join(path)
    arguments = [argument for argument in command.get("arguments", []) if shown(argument)]
    verbs = [verb for verb in command.get("subcommands", []) if verb.get("shouldDisplay", True) and verb["commandName"] != "help"]
    lines = [
        f".TH {title.upper()} 1 \"\" \"parallax\" \"Parallax\"", ".SH NAME",
        f"{roff(title)} \\- {roff(command.get('abstract', '').rstrip('.'))}", ".SH SYNOPSIS",
        f".B {roff(' '.join(path))}", " ".join(map(synopsis, arguments)) + ("\\fIverb\\fR ..." if verbs else ""),
    ]
    if command.get("discussion"):
        lines += [".SH DESCRIPTION", roff(command["discussion"])]
    if verbs:
        lines.append(".SH VERBS")
        for verb in verbs:
            lines += [".TP", f"\\fB{roff(verb['commandName'])}\\fR", roff(verb.get("abstract", ""))]
    for heading, kinds in (("ARGUMENTS", ("positional",)), ("OPTIONS", ("option", "flag"))):
        chosen = [argument for argument in arguments if argument["kind"] in kinds]
        if chosen:
            lines += [f".SH {heading}"] + [line for argument in chosen for line in describe(argument)]
    others = [f".BR {roff('-'.join(path + [verb['commandName']]))} (1)" for verb in verbs]
    if len(path) > 1:
        others = [f".BR {roff('-'.join(path[:-1]))} (1)"]
    lines += [".SH SEE ALSO"] + [line + "," for line in others[:-1]] + others[-1:] if others else []
    return "\n".join(lines) + "\n"


def write(folder, path, command):
    (folder / ("-".join(path) + ".1")).write_text(page(path, command))
    for verb in command.get("subcommands", []):
        if verb["commandName"] != "help":
            write(folder, path + [verb["commandName"]], verb)


write(pathlib.Path(sys.argv[1]), ["parallax"], json.load(sys.stdin)["command"])
