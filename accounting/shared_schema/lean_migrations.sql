-- Django's own record of migrations, without the sequence and the toast table it would make.
CREATE TABLE django_migrations (
    id integer NOT NULL DEFAULT 0,
    app varchar(100) NOT NULL,
    name varchar(200) NOT NULL,
    applied timestamptz NOT NULL,
    PRIMARY KEY (app, name)
);
