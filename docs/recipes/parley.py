"""A client with nothing but Python's standard library (3.9 or later)."""

import json
import random
import time
import urllib.error
import urllib.request
import uuid

# After these, trying again can succeed; after the first two, the data is loaded again.
PASSING = ("CURSOR_EXPIRED", "INTERNAL_SERVER_ERROR", "RATE_LIMITED", "SERVICE_UNAVAILABLE", "UNAUTHENTICATED")


class RequestError(Exception):
    """What the server answered in place of data."""

    def __init__(self, errors, status=200, retry_after=None):
        super().__init__(" ".join(error["message"] for error in errors))
        self.codes = [error.get("extensions", {}).get("code") for error in errors]
        self.status = status
        self.wait = float(retry_after or 0)


class Refused(Exception):
    """A mutation was answered with one of the errors of its union: `type`, `code`, and a message for people."""

    def __init__(self, answer):
        super().__init__(answer["message"])
        self.type = answer["__typename"]
        self.code = answer["code"]
        self.issues = answer.get("issues", [])


class Parley:
    """`token` returns a token; given one that the server has refused, it returns another."""

    def __init__(self, url, token):
        self.url = url
        self.token = token

    def _open(self, body, accept):
        """Sends a request; if the server refuses the token, nothing was done, so once more with another."""
        token = self.token(None)
        for attempt in (1, 2):
            headers = {"content-type": "application/json", "accept": accept, "authorization": "Bearer " + token}
            request = urllib.request.Request(self.url, json.dumps(body).encode(), headers)
            try:
                # The server says that it is there every 12 seconds.
                return urllib.request.urlopen(request, timeout=30)
            except urllib.error.HTTPError as error:
                if error.code == 401 and attempt == 1:
                    token = self.token(token)
                    continue
                try:
                    errors = json.load(error)["errors"]
                except (ValueError, KeyError):
                    errors = [{"message": f"The answer is {error.code} without GraphQL."}]
                raise RequestError(errors, error.code, error.headers.get("retry-after")) from None

    def request(self, query, **variables):
        """Runs a query or a mutation, and returns its data."""
        body = {"query": query, "variables": variables}
        with self._open(body, "application/graphql-response+json") as response:
            result = json.load(response)
        if "errors" in result:
            raise RequestError(result["errors"])
        return result["data"]

    def follow(self, query, reload, **variables):
        """Yields what a subscription with the variable `after` sends, over any interruption.

        `reload` loads the data, and returns the `eventCursor` from the same operation. A result counts as applied when
        the next one is asked for.
        """
        cursor = None
        failures = 0
        while True:
            wait = 0.0
            try:
                cursor = cursor or reload()
                body = {"query": query, "variables": {**variables, "after": cursor}}
                with self._open(body, "text/event-stream") as stream:
                    for line in stream:
                        if not line.startswith(b"data: {"):
                            continue
                        result = json.loads(line[6:])
                        if "errors" in result and not result.get("data"):
                            raise RequestError(result["errors"])
                        # A result without data only brings a cursor.
                        if result.get("data"):
                            yield result["data"]
                        cursor = result.get("extensions", {}).get("cursor", cursor)
                        failures = 0
            except RequestError as error:
                if error.status == 401 or any(code not in PASSING for code in error.codes if code):
                    raise
                if any(code in PASSING[:2] for code in error.codes):
                    cursor = None
                wait = error.wait
            except OSError:
                pass
            # Full jitter, so that clients that lost the same server do not all return at the same moment.
            time.sleep(max(wait, random.random() * min(30, 0.5 * 2**failures)))
            failures += 1


PAGE = """query Page($id: ID!, $before: String) {
  eventCursor
  conversation(id: $id) {
    messages(last: 20, before: $before) {
      edges { node { id seq text } }
      pageInfo { hasPreviousPage startCursor }
    }
  }
}"""
SEND = """mutation Send($input: SendMessageInput!) {
  sendMessage(input: $input) {
    __typename
    ... on SendMessagePayload { messageEdge { node { id seq text } } }
    ... on Error { code message }
    ... on ValidationError { issues { path message } }
  }
}"""
FOLLOW = """subscription Follow($id: ID!, $after: String) {
  events(conversationId: $id, after: $after, types: ["message.added"]) {
    ... on MessageAdded { message { id seq text } }
  }
}"""


def read_messages(parley, conversation_id):
    """Returns all messages of a conversation, oldest first, and the cursor to follow them from."""
    messages, before, cursor = [], None, None
    while True:
        data = parley.request(PAGE, id=conversation_id, before=before)
        page = data["conversation"]["messages"]
        messages[:0] = [edge["node"] for edge in page["edges"]]
        # The cursor of the first page: what changed since is applied again.
        cursor = cursor or data["eventCursor"]
        if not page["pageInfo"]["hasPreviousPage"]:
            return messages, cursor
        before = page["pageInfo"]["startCursor"]


def send(parley, conversation_id, text, client_message_id=None):
    """Sends a message and returns it; raises `Refused` if the server does not take it.

    After any other exception, call it again with the same `client_message_id`, with which it is stored once.
    """
    message = {"conversationId": conversation_id, "text": text, "clientMessageId": client_message_id or str(uuid.uuid4())}
    answer = parley.request(SEND, input=message)["sendMessage"]
    if answer["__typename"] != "SendMessagePayload":
        raise Refused(answer)
    return answer["messageEdge"]["node"]
