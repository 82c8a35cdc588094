-- Where a cell's consumer finds something new for the centre: a row for each change of books, in its
-- transaction. A hint, deleted when it was followed; what counts is the body's own numbers and rows.
CREATE TABLE shared.notice (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    body_code varchar(12) NOT NULL,
    about varchar(8) NOT NULL,
    told_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
GRANT INSERT ON shared.notice TO openlaas_body;
