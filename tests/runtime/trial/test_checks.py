from hardener.runtime.trial.checks import Check, target_of

SERVICES = {
    "db": {},
    "web": {"ports": ["127.0.0.1:8080:80/tcp"]},
    "api": {"ports": [{"published": 9000, "target": 90}]},
}


def test_a_check_says_whom_it_asks():
    assert Check.parse("db=pg_isready -U x", SERVICES) == Check("db", "pg_isready -U x")
    assert Check.parse("test a=b", SERVICES) == Check("", "test a=b")


def test_a_url_means_the_service_that_publishes_its_port_or_has_its_name():
    assert target_of(Check("", "http://localhost:8080/health"), SERVICES) == ("web", 80)
    assert target_of(Check("", "http://localhost:9000"), SERVICES) == ("api", 90)
    assert target_of(Check("", "https://db/"), SERVICES) == ("db", 443)
    assert target_of(Check("", "http://localhost:1/"), SERVICES) is None
    assert target_of(Check("db", "pg_isready"), SERVICES) is None
