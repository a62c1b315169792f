SET search_path = public;
CREATE TABLE users (id int);
CREATE TABLE posts (id int);
