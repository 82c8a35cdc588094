-- Django's own record of migrations: it is in the template while Django migrates it, and nowhere
-- else. A body's schema says its release by its comment.
CREATE TABLE django_migrations (
    id integer NOT NULL DEFAULT 0,
    app varchar(100) NOT NULL,
    name varchar(200) NOT NULL,
    applied timestamptz NOT NULL,
    PRIMARY KEY (app, name)
);
