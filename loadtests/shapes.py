"""How many officers are signed in at each moment of a day: Locust's closed model of its shape.

locust -f loadtests/locustfile.py,loadtests/shapes.py --shape year-end --sessions 200 …

A file of its own, for Locust follows whatever shape it finds and then asks for no number of users.
Latencies of a closed model hide stalls; the days of scheduled arrivals do not (`scheduled/`).
"""

from typing import Any

from locust import LoadTestShape, events

from loadtests.profiles import PROFILES, Day, share_at


@events.init_command_line_parser.add_listener
def _add_options(parser: Any) -> None:
    parser.add_argument("--seconds", type=float, default=0.0, help="How long the shape takes.")


class DayShape(LoadTestShape):
    """The shape of the day that --shape names, over --seconds, up to --sessions officers."""

    use_common_options = False

    def tick(self) -> tuple[int, float] | None:
        """Return how many officers there are now, and how many come or go a second at most."""
        assert self.runner is not None  # Locust ticks while it runs
        options = self.runner.environment.parsed_options
        profile = PROFILES[Day(options.shape)]
        seconds = options.seconds or profile.seconds
        part = self.get_run_time() / seconds
        if part >= 1:
            return None
        most = max(1, options.sessions)
        return max(1, round(share_at(profile.shape, part) * most)), float(most)
