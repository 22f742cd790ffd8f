#!/bin/sh
# Runs once, by the image, on a cluster that was just made: the user, the role for reports, the database.
set -eu
psql --username "${POSTGRES_USER:-postgres}" --dbname postgres --no-psqlrc --quiet -v ON_ERROR_STOP=1 <<'SQL'
\set password `cat "${DATABASE_PASSWORD_FILE:-/run/secrets/database_password}"`
CREATE ROLE mrdj LOGIN PASSWORD :'password' CONNECTION LIMIT 80;
CREATE ROLE mrdj_reporting NOLOGIN;
CREATE DATABASE mrdj OWNER mrdj;
REVOKE CONNECT, TEMPORARY ON DATABASE mrdj FROM PUBLIC;
GRANT CONNECT ON DATABASE mrdj TO mrdj_reporting;
SQL
