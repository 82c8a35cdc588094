-- The bare row of a ฎีกา beside its document, and the answer that is kept for its key.

INSERT INTO payment_voucher (id, gross, net) VALUES (uuidv7(), 10.00, 10.00);

INSERT INTO answered_request (route, key, request_sha256, status, answer)
VALUES ('POST vouchers', gen_random_uuid()::text,
        '0000000000000000000000000000000000000000000000000000000000000000', 201,
        repeat('{"state": "draft", "gross": "10.00", "net": "10.00"}', 30))
