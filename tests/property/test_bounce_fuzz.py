"""Mails that came back and were harmed on the way: nothing breaks, nothing takes long."""

import time

from hypothesis import example, given
from hypothesis import strategies as st
from returned_mails import SAMPLES, Sample

from publisher.bounces.classes import Verdict, verdict
from publisher.bounces.reading import read
from publisher.bounces.returned import Sort

_PIECES = st.sampled_from(
    [
        *(b"", b"\n", b"\r", b"\0", b"\xff\xfe", b"\xc3", b";", b":", b"<", b" " * 300, b"--=_report"),
        *(b"Content-Type: message/rfc822\n\n", b"=?x?q?", b"boundary=", b"Status: 9.9.9\n"),
        b"Content-Type: multipart/mixed; boundary=a\n\n--a\n",
    ]
)


@given(
    st.sampled_from(SAMPLES),
    st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 60), _PIECES), max_size=8),
)
@example(SAMPLES[0], [])
def test_harmed_mails_break_nothing(sample: Sample, harms: list[tuple[int, int, bytes]]) -> None:
    """Whatever is cut out of a mail or put into it, it is read within a second into what can be judged."""
    data = sample.data
    for place, length, piece in harms:
        at = place % (len(data) + 1)
        data = data[:at] + piece + data[at + length :]
    start = time.process_time()
    said = read(data)
    assert time.process_time() - start < 1
    assert isinstance(said.sort, Sort)
    assert verdict(said) in Verdict


@given(st.binary(max_size=3000))
def test_any_bytes_break_nothing(data: bytes) -> None:
    """Bytes that are no mail at all never end a subscription."""
    assert verdict(read(data)) in {Verdict.NOTHING, Verdict.SOFT, Verdict.UNSUBSCRIBE}
