"""Files of other tools as their documentation and sources describe them, made here."""
import json
import sqlite3
import zipfile

PG_ENV = """\
PANEL_DOMAIN=panel.example.com:8443
PANEL_USERNAME=admin
PANEL_PASSWORD="hush hush"
BOT_TOKEN=123:hush-token
ADMIN_IDS=1,2
GENERAL_LIMIT=2
CHECK_INTERVAL=60
TIME_TO_ACTIVE_USERS=900
COUNTRY_CODE=IR
USER_SYNC_INTERVAL=5
API_ENABLED=false
API_PASSWORD=hush-api
REDIS_URL=redis://localhost:6379/0
TZ=Asia/Tehran
LOG_LEVEL=INFO
MYSTERY_KEY=hush-mystery
"""

USERS = """CREATE TABLE users (
    id INTEGER PRIMARY KEY, username VARCHAR UNIQUE, status VARCHAR, owner_id INTEGER, owner_username VARCHAR,
    group_ids JSON, data_limit FLOAT, used_traffic FLOAT, created_at DATETIME, expire_at DATETIME,
    last_synced_at DATETIME, note TEXT, is_excepted BOOLEAN, exception_reason TEXT, excepted_by VARCHAR,
    excepted_at DATETIME, special_limit INTEGER, special_limit_updated_at DATETIME,
    is_disabled_by_limiter BOOLEAN, disabled_at FLOAT, enable_at FLOAT, original_groups JSON,
    disable_reason TEXT, punishment_step INTEGER)"""


def pg_database(path, now, wal=False):
    """Its database with somebody of every kind. `now` is an epoch."""
    connection = sqlite3.connect(path)
    if wal:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA wal_autocheckpoint=0")
    connection.execute(USERS)
    connection.execute("CREATE TABLE config (key VARCHAR PRIMARY KEY, value JSON)")
    connection.execute("CREATE TABLE limit_patterns (id INTEGER, pattern_type VARCHAR, pattern VARCHAR, ip_limit INTEGER)")
    connection.execute("CREATE TABLE admin_patterns (id INTEGER, admin_username VARCHAR, pattern_type VARCHAR, pattern VARCHAR)")
    connection.execute("CREATE TABLE violation_history (id INTEGER, username VARCHAR, timestamp FLOAT, step_applied INTEGER,"
                       " disable_duration INTEGER, enabled_at FLOAT, ip_count INTEGER, ips JSON)")
    connection.execute("CREATE TABLE novelty (a INTEGER)")
    connection.execute("INSERT INTO novelty VALUES (1)")

    def user(name, **more):
        columns = {"username": name, "status": "active", "is_excepted": 0, "is_disabled_by_limiter": 0} | more
        names = ", ".join(columns)
        connection.execute(f"INSERT INTO users ({names}) VALUES ({', '.join('?' * len(columns))})", list(columns.values()))

    user("plain")
    user("five", special_limit=5, special_limit_updated_at="2026-01-01 12:00:00.000000")
    user("boss", is_excepted=1, exception_reason="owner's family", excepted_by="root")
    user("dot.ted name", special_limit=3)
    user("quo\"te'd", special_limit=4)
    user("علی", special_limit=6)
    user("soon", is_disabled_by_limiter=1, disabled_at=now - 300, enable_at=now + 600, disable_reason="3 devices",
         original_groups="[1, 2]", punishment_step=1)
    user("due", is_disabled_by_limiter=1, disabled_at=now - 7200, enable_at=now - 3600)
    user("forever", is_disabled_by_limiter=1, disabled_at=now - 7200, enable_at=-1)
    user("usual", is_disabled_by_limiter=1, disabled_at=now - 600, enable_at=None)  # TIME_TO_ACTIVE_USERS from then on
    for key, value in {"general_limit": 3, "disable_method": "status", "punishment_enabled": True,
                       "punishment_window_hours": 72, "admin_filter_enabled": True, "admin_filter_mode": "include",
                       "admin_filter_usernames": "seller1,seller2", "group_filter_enabled": True,
                       "group_filter_ids": "1,2", "cdn_inbounds": "ws-cdn", "ipinfo_token": "hush-ipinfo",
                       "punishment_steps": [{"type": "warning", "duration": 0}, {"type": "disable", "duration": 10},
                                            {"type": "disable", "duration": 0}],
                       "brand_new": 1}.items():
        connection.execute("INSERT INTO config VALUES (?, ?)", (key, json.dumps(value)))
    connection.execute("INSERT INTO limit_patterns VALUES (1, 'prefix', 'vip_', 4)")
    connection.execute("INSERT INTO limit_patterns VALUES (2, 'postfix', '-x', 1)")
    connection.execute("INSERT INTO admin_patterns VALUES (1, 'seller1', 'prefix', 's1_')")
    connection.execute("INSERT INTO violation_history VALUES (1, 'soon', ?, 1, 10, NULL, 3, ?)",
                       (now - 300, json.dumps(["203.0.113.5", "198.51.100.7"])))
    connection.execute("INSERT INTO violation_history VALUES (2, 'soon', ?, 0, 0, NULL, 3, NULL)", (now - 30 * 86400,))
    connection.commit()
    return connection


def pg_folder(folder, now):
    (folder / ".env").write_text(PG_ENV)
    pg_database(folder / "pg_limiter.db", now).close()


def pg_backup(path, folder):
    """The zip that its manager script makes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(folder / ".env", "config/.env")
        archive.write(folder / "pg_limiter.db", "data/pg_limiter.db")
        archive.writestr("backup_info.txt", "backup\n")
