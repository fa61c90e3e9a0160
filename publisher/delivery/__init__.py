"""Mails: how they are made, handed over and accounted for.

- The bytes: `message` and `letter`, of `headers`, `parts` and `gaps`; `splice` fills one for each reader,
  `dkim` signs it, `returnpath` and `messageid` tell later whose it was.
- The wire: `transport` is the door, `smtp` the dialogue over a `line`; `policy` judges `replies`, `pace`
  keeps to a rate.
- The ledger: `freeze` begins it, `ledger` and `frozen` keep it by `statements`, `workers` tell who is alive.
- `dispatch` sends what `claims` gives, by `couriers`.
- Afterwards: `maillog` reads what the server logged, `returns` remembers what came back.
"""
