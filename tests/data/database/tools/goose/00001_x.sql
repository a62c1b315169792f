-- +goose Up
CREATE TABLE x (id int);
-- +goose StatementBegin
ALTER TABLE x ENABLE ROW LEVEL SECURITY;
-- +goose StatementEnd
-- +goose Down
DROP TABLE x;
