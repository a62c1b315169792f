SELECT 'never closed; CREATE TABLE y (id int);
