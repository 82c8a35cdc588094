"""An officer at work: signs in, and does by the mix what the role allows."""

from locust import task
from locust.exception import StopUser

from loadtests import mix
from loadtests.journeys.speaking import Speaker
from loadtests.working import Chooser


class OfficeUser(Speaker):
    """One officer; each simulated user is another one."""

    def on_start(self) -> None:
        """Draw an officer, and sign in."""
        super().on_start()
        run = self.environment.office_run
        drawn = run.next_session()
        if drawn is None:
            raise StopUser
        self.officer, role = drawn
        self.working = run.working
        self.chooser = Chooser.of(mix.mix_of(role, run.mix))
        self.token = self.sign_in(self.officer)

    @task
    def act(self) -> None:
        """Do what comes next by the mix."""
        doing = self.working.next_of(self.officer, self.chooser)
        if doing is not None:
            self.do(doing, self.token)
