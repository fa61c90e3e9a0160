"""Fields of entries that tests draw from."""

DEADLINES = ("null", "2023-06-30", "2023-07-01", "2023-07-31T23:59-05:00", "2023-08-01")
EVENTS = (
    "null",
    "{start: 2023-06-20}",
    '{start: "2023-07-01T00:30", zone: Asia/Kolkata, place: Delhi, url: "https://example.org/e"}',
    "{start: 2023-07-31, end: 2023-08-02, online: true, registration_deadline: 2023-07-15}",
)
