"""Statements over files, and over what an adapter made of them, become statements over tables named after the facts."""

from liftledger.engine.dialect import parsed
from liftledger.engine.portable import portable

FACTS = ("orders", "users")
ONE = "SELECT a FROM READ_CSV(['/home/me/1.csv'], header = TRUE)"
TWO = ONE.replace("1.csv", "2.csv")


def over_tables(sql: str, name: str = "fact_orders") -> str:
    return portable(parsed(sql), name, FACTS).sql("duckdb")


def test_a_file_is_the_table_of_its_fact():
    assert over_tables(ONE) == 'SELECT a FROM "orders"'
    assert over_tables("SELECT * FROM READ_PARQUET(['u.parquet']) AS u", "read_users") == 'SELECT * FROM "users" AS u'


def test_the_files_of_a_fact_are_one_table():
    three = f"SELECT a FROM ({ONE} UNION ALL {TWO} UNION ALL {ONE}) AS raw"
    assert over_tables(three) == 'SELECT a FROM (SELECT a FROM "orders") AS raw'


def test_so_is_what_an_adapter_named_after_the_source():
    assert over_tables('SELECT * FROM "source_users"."main"."t"') == 'SELECT * FROM "users"'
    assert over_tables("SELECT * FROM source_orders") == 'SELECT * FROM "orders"'


def test_other_tables_keep_their_names():
    sql = 'SELECT * FROM "sales"."orders" AS o JOIN fact_users AS u ON u._unit = o._unit'
    assert over_tables(sql) == sql
