/** The tables of the shop's database. */

/** Written into `user_version`: a file of another number is refused rather than guessed at. */
export const SCHEMA_VERSION = 1;

export const schema = `
CREATE TABLE user (
  user_id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  password_hash TEXT NOT NULL
) STRICT;

CREATE TABLE directory (
  user_id TEXT PRIMARY KEY,
  mobile_device_id TEXT NOT NULL,
  public_key BLOB NOT NULL,
  certificate BLOB
) STRICT;

CREATE TABLE wrong_password (
  who TEXT PRIMARY KEY,
  count INTEGER NOT NULL,
  first INTEGER NOT NULL
) STRICT;

CREATE TABLE session (
  id_hash BLOB PRIMARY KEY,
  user_id TEXT REFERENCES user,
  form_token TEXT NOT NULL,
  expires INTEGER NOT NULL
) STRICT;

CREATE TABLE cart_line (
  user_id TEXT NOT NULL REFERENCES user,
  product_id TEXT NOT NULL,
  quantity INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 99),
  PRIMARY KEY (user_id, product_id)
) STRICT;

CREATE TABLE purchase (
  transaction_number TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES user,
  lines TEXT NOT NULL,
  total INTEGER NOT NULL CHECK (total > 0),
  delivery TEXT NOT NULL,
  prepared INTEGER NOT NULL,
  state TEXT NOT NULL DEFAULT 'prepared',
  reason TEXT NOT NULL DEFAULT '',
  ended INTEGER,
  repeats INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX purchase_of_user ON purchase (user_id, prepared);

CREATE TABLE signature_request (
  token TEXT PRIMARY KEY,
  transaction_number TEXT NOT NULL UNIQUE REFERENCES purchase,
  nonce TEXT NOT NULL UNIQUE,
  text TEXT NOT NULL,
  countersignature TEXT NOT NULL,
  created INTEGER NOT NULL,
  expires INTEGER NOT NULL
) STRICT;

CREATE TABLE evidence (
  id INTEGER PRIMARY KEY,
  transaction_number TEXT NOT NULL REFERENCES purchase,
  text TEXT NOT NULL,
  signed_content BLOB NOT NULL,
  digest BLOB NOT NULL,
  received INTEGER NOT NULL,
  signed INTEGER,
  verdict TEXT NOT NULL,
  checks TEXT NOT NULL
) STRICT;
CREATE INDEX evidence_of_content ON evidence (digest);
CREATE INDEX evidence_of_purchase ON evidence (transaction_number);
`;
