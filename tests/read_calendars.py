"""Reads calendar files back and compares them with what they were written from; tests/icalendar runs it."""

import datetime
import json
import pathlib
import sys

from icalendar import Calendar


def lines(raw):
    """The file's lines end as the format asks, and none is too long."""
    assert raw.endswith(b"\r\n"), "the last line has no end"
    for line in raw[:-2].split(b"\r\n"):
        assert len(line) <= 75, f"a line has {len(line)} octets"
        assert b"\n" not in line and b"\r" not in line, "a line ends otherwise"
        line.decode("utf-8")


def text(event, name):
    """A text of an event, None when it has none."""
    return None if name not in event else str(event[name])


def same(what, here, there):
    """Whether what was read is what was meant."""
    assert here == there, f"{what}: {here!r} was read, and {there!r} was meant"


def hours(calendar, event, meant):
    """The moments are right by the IANA list, and by the zone that the file brings along."""
    start, end = event["DTSTART"].dt, event["DTEND"].dt
    same("starts", int(start.timestamp()), meant["starts"])
    same("ends", int(end.timestamp()), meant["ends"])
    if meant["zone"] == "UTC":
        same("clock", [start.tzname(), end.tzname()], ["UTC", "UTC"])
        return
    for moment, clock in zip((start, end), meant["clock"]):
        same("clock", moment.replace(tzinfo=None), datetime.datetime.fromisoformat(clock))
    same("zone", event["DTSTART"].params["TZID"], meant["zone"])
    [brought] = [zone for zone in calendar.walk("VTIMEZONE") if zone["TZID"] == meant["zone"]]
    own = brought.to_tz(lookup_tzid=False)
    for moment in (start, end):
        same("offset by our zone", moment.replace(tzinfo=own).utcoffset(), moment.utcoffset())


def day(event, meant):
    """A day is a day, and ends where the next begins."""
    for name, key in (("DTSTART", "day"), ("DTEND", "until")):
        found = event[name].dt
        assert type(found) is datetime.date, f"{name} has a time"
        same(name, found.isoformat(), meant[key])


def check_event(calendar, event, meant):
    """One event is what it was written from."""
    same("errors", event.errors, [])
    same("uid", str(event["UID"]), meant["uid"])
    same("sequence", int(event["SEQUENCE"]), meant["sequence"])
    same("status", str(event["STATUS"]), meant["status"])
    same("stamp", int(event["DTSTAMP"].dt.timestamp()), meant["stamp"])
    for name in ("summary", "description", "location"):
        same(name, text(event, name.upper()), meant[name])
    organizer = event.get("ORGANIZER")
    found = organizer and {"name": organizer.params["CN"], "email": str(organizer).removeprefix("mailto:")}
    same("organizer", found, meant.get("organizer"))
    day(event, meant) if "day" in meant else hours(calendar, event, meant)


def check(folder, meant):
    """One file is what it was written from."""
    raw = (folder / meant["file"]).read_bytes()
    lines(raw)
    calendar = Calendar.from_ical(raw)
    same("errors", calendar.errors, [])
    same("method", str(calendar["METHOD"]), meant["method"])
    same("version", str(calendar["VERSION"]), "2.0")
    events = calendar.walk("VEVENT")
    same("events", len(events), len(meant["events"]))
    for event, expected in zip(events, meant["events"]):
        check_event(calendar, event, expected)


def main(folder):
    """Reads every file that is expected, and counts."""
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    same("files", sorted(meant["file"] for meant in expected), sorted(path.name for path in folder.glob("*.ics")))
    failed = 0
    for meant in expected:
        try:
            check(folder, meant)
            print(f"test {meant['file']} ... ok")
        except Exception as error:  # Whatever a reader stumbles over is a failure of that file.
            failed += 1
            print(f"test {meant['file']} ... FAILED: {type(error).__name__}: {error}")
    verdict = "FAILED" if failed else "ok"
    print(f"test result: {verdict}. {len(expected) - failed} passed; {failed} failed; 0 ignored")
    return 1 if failed or not expected else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
