CREATE TABLE tested (id int);
