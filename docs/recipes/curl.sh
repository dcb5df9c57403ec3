#!/bin/sh
# Usage: curl.sh CONVERSATION_ID [TEXT]
# Sends a text to a conversation, then prints what is written there, one message a line. Needs curl and jq.
# PARLEY_URL is for example https://parley.example.com/graphql, PARLEY_TOKEN a command that prints a valid token.
# CURSOR_FILE keeps how far this has read, so that it goes on there when it is started again.
set -eu
conversation=$1
text=${2-}

# ask QUERY VARIABLES ACCEPT: prints the answer, also that of an HTTP error, after which it fails.
ask() {
  jq -cn --arg query "$1" --argjson variables "$2" '{ $query, $variables }' |
    curl --silent --no-buffer --fail-with-body "$PARLEY_URL" --data @- \
      --speed-limit 1 --speed-time 30 \
      --header "Authorization: Bearer $($PARLEY_TOKEN)" \
      --header 'Content-Type: application/json' \
      --header "Accept: $3"
}

# keep: keeps the cursor on the standard input, all of it or nothing, whenever this is ended.
keep() {
  cat >"$CURSOR_FILE.new"
  mv "$CURSOR_FILE.new" "$CURSOR_FILE"
}

# load: prints the newest messages, and keeps the cursor of that moment.
load() {
  page=$(ask 'query ($id: ID!) {
    eventCursor
    conversation(id: $id) { messages(last: 20) { nodes { seq text } pageInfo { hasPreviousPage startCursor } } }
  }' "$(jq -cn --arg id "$conversation" '{ $id }')" application/graphql-response+json) || return
  printf '%s\n' "$page" | jq -c '.data.conversation.messages.nodes[]'
  printf '%s\n' "$page" | jq -r '.data.eventCursor' | keep
}

# follow: prints what came after the cursor, until the connection ends.
follow() {
  ask 'subscription ($id: ID!, $after: String) {
    events(conversationId: $id, after: $after, types: ["message.added"]) { ... on MessageAdded { message { seq text } } }
  }' "$(jq -cn --arg id "$conversation" --rawfile after "$CURSOR_FILE" '{ $id, after: ($after | rtrimstr("\n")) }')" \
    text/event-stream |
    while IFS= read -r line; do
      case $line in 'data: {'*) ;; *) continue ;; esac
      result=${line#data: }
      printf '%s\n' "$result" | jq -c '.data.events.message // empty'
      case $(printf '%s\n' "$result" | jq -r '.errors[0].extensions.code // empty') in
        '') printf '%s\n' "$result" | jq -r '.extensions.cursor' | keep ;;
        UNAUTHENTICATED | SERVICE_UNAVAILABLE | RATE_LIMITED) ;;
        # The server no longer has what follows the cursor, or could not read it.
        *) rm -f "$CURSOR_FILE" ;;
      esac
    done
}

if [ -n "$text" ]; then
  # With this key the server stores the message once, however often curl sends it.
  input=$(jq -cn --arg conversationId "$conversation" --arg text "$text" --arg clientMessageId "$$-$(date +%s)" \
    '{ input: { $conversationId, $text, $clientMessageId } }')
  until answer=$(ask 'mutation ($input: SendMessageInput!) {
    sendMessage(input: $input) { __typename ... on Error { code message } }
  }' "$input" application/graphql-response+json); do sleep 1; done
  # What can be expected to fail is an answer, with HTTP 200.
  printf '%s\n' "$answer" | jq -r '.data.sendMessage | select(.code) | "\(.code): \(.message)"' >&2
fi

while :; do
  if [ -s "$CURSOR_FILE" ] || load; then follow || true; fi
  sleep 1
done
