"""Using a link, and what stands in the database afterwards."""

from models.tables.accounts import Account
from models.tables.doors import Invitation
from welfare.services.joining import use_link

NEW = "seven quiet herons wade"
WHO = {"given": "Noor", "family": "Castellane", "email": "noor@example.org"}


def token_of(link):
    return link.path.rpartition("/")[2]


def use(edge, make, token, fact="", at=None, **more):
    given = {"password": NEW, "own_email": "", "at": at or make.now} | more
    edge.act(use_link, token=token, fact=fact, **given)


def account_now(edge, account_id):
    return edge.rows(Account, Account.id == account_id)[0]


def link_now(edge):
    return edge.rows(Invitation)[-1]
