CREATE TABLE users (id int);
CREATE TABLE a (id int);
CREATE TABLE b (id int);
