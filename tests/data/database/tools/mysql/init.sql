CREATE TABLE `m` (id int auto_increment) ENGINE=InnoDB;
