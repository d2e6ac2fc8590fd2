"""Orders as the partner acme, using only a NATS client and the contract."""

import asyncio
import json
import sys

import nats


async def main(url: str, seed: str) -> None:
    client = await nats.connect(
        url, nkeys_seed=seed, inbox_prefix="_INBOX_acme", connect_timeout=5
    )
    stream = client.jetstream()
    order = json.dumps(
        {"po_number": "PO-PY", "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": "3"}]}
    ).encode()
    await asyncio.gather(
        *(stream.publish("ingress.acme.order.v1", order) for _ in range(8))
    )
    answers = await stream.pull_subscribe_bind("partner", stream="EGRESS_ACME")
    acks = []
    while len(acks) < 8:
        for message in await answers.fetch(8, timeout=20):
            if message.subject == "egress.acme.order-ack.v1":
                acks.append(json.loads(message.data))
            await message.ack()
    assert {ack["status"] for ack in acks} == {"accepted"}, acks
    assert len({ack["order_id"] for ack in acks}) == 1, acks
    asked = json.dumps({"po_number": "PO-PY"}).encode()
    for _ in range(50):
        reply = await client.request("api.order-status.v1.acme", asked, timeout=5)
        if reply.data:
            break
        await asyncio.sleep(0.1)
    status = json.loads(reply.data)
    assert status["lines"][0]["ordered"] == "3", status
    print("eight accepted acknowledgements of one order")
    await client.close()


asyncio.run(main(sys.argv[1], sys.argv[2]))
