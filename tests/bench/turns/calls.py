"""calls.py: reads Redis' append-only file back into the calls that made it, so that another program can make them again."""
import re


def commands(data):
    """Every command of a piece of an append-only file that begins at a command."""
    at = 0
    while at < len(data):
        end = data.index(b"\r\n", at)
        count, at = int(data[at + 1:end]), end + 2
        words = []
        for _ in range(count):
            end = data.index(b"\r\n", at)
            length = int(data[at + 1:end])
            words.append(data[end + 2:end + 2 + length])
            at = end + 4 + length
        yield words


def transactions(data):
    """What one call of the commit function wrote, each; a call that wrote one thing only stands without MULTI."""
    inside = None
    for words in commands(data):
        name = words[0].upper()
        if name == b"MULTI":
            inside = []
        elif name == b"EXEC":
            yield inside
            inside = None
        elif inside is None:
            yield [words]
        else:
            inside.append(words)


def op(words, kinds):
    """One write as an op of commit.lua; None for what the function writes by itself."""
    name, key = words[0].upper(), words[1].split(b":")[-1]
    if name == b"XADD":
        return [b"A", words[-1]]
    if key == b"sent":
        return [b"N", words[2], words[3] if name == b"HSET" else b""]
    if name in (b"HSET", b"HDEL") and key in kinds:
        place = b"%d" % kinds[key]
        return [b"P" if name == b"HSET" else b"D", place, *words[2:4]]
    return None


def turns(writes, kinds):
    """[(event id, [op])]. A turn with an id begins with SADD. What rides with others stands in them; alone it has no id."""
    found = []
    for words in writes:
        if words[0].upper() == b"SADD":
            found.append((words[2], []))
            continue
        made = op(words, kinds)
        if made is None:
            continue
        if not found:
            found.append((b"", []))
        found[-1][1].append(made)
    return found


def write(data, kind_names, path):
    """Returns (turns with an event id, calls). Seqs are counted from 1 anew; results that rode alone behind a turn count to it."""
    kinds = {name.encode(): 10 + i for i, name in enumerate(kind_names)}
    seq = calls = named = 0
    with open(path, "wb") as file:
        for writes in transactions(data):
            found = turns(writes, kinds)
            if not found:
                continue
            arguments = [b"%d" % len(found)]
            for event_id, ops in found:
                seq += 1
                named += bool(event_id)
                arguments += [b"%d" % seq, event_id, b"1800000000000", b"%d" % len(ops)]
                for words in ops:
                    arguments += words
            calls += 1
            file.write(b"call %d %d\n" % (len(arguments), len(found)))
            for argument in arguments:
                file.write(b"%d\n%s\n" % (len(argument), argument))
    return named, calls


def kinds_of(definitions):
    """The kinds of records in the order of the table in state/records.def, which is the order of their keys."""
    return re.findall(r"(?m)^RECORD\((\w+),", definitions)
