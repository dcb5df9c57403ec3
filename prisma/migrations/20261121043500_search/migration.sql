-- Search: words in any language without accents, and names by similarity. The indexes begin with the workspace, so that a
-- search costs what it finds there, whatever the other workspaces hold. Prisma does not see indexes on expressions.
CREATE EXTENSION IF NOT EXISTS unaccent WITH SCHEMA public;
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;
CREATE EXTENSION IF NOT EXISTS btree_gin WITH SCHEMA public;

-- unaccent() is only STABLE, because its dictionary could be altered; an index needs a function that says it is not.
CREATE FUNCTION parley_unaccent(text) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT public.unaccent('public.unaccent'::regdictionary, $1) $$;

-- The words of a text: punctuation becomes blank, for PostgreSQL's parser would keep addresses and paths whole, and each
-- Chinese character and kana stands by itself, for those scripts write no blanks between words.
CREATE FUNCTION parley_words(text) RETURNS tsvector
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$
    SELECT to_tsvector('simple'::regconfig, regexp_replace(
      regexp_replace(public.parley_unaccent($1), '[!-/:-@\[-`{-~\u00A0-\u00BF\u2000-\u206F\u3000-\u303F]+', ' ', 'g'),
      '([\u3040-\u30FF\u3400-\u4DBF\u4E00-\u9FFF\uF900-\uFAFF])', ' \1 ', 'g'))
  $$;

CREATE INDEX "Message_words_idx" ON "Message" USING gin ("workspaceId", parley_words(text)) WHERE text IS NOT NULL;
CREATE INDEX "Conversation_subject_words_idx" ON "Conversation" USING gin ("workspaceId", parley_words(subject))
  WHERE subject IS NOT NULL;
CREATE INDEX "Contact_words_idx" ON "Contact" USING gin ("workspaceId", parley_words(name || ' ' || coalesce(email, '')));
CREATE INDEX "Contact_similar_idx" ON "Contact" USING gin
  ("workspaceId", parley_unaccent(name) public.gin_trgm_ops, phone public.gin_trgm_ops);
CREATE INDEX "Prospect_words_idx" ON "Prospect" USING gin
  ("workspaceId", parley_words(coalesce(name, '') || ' ' || coalesce(email, '')));
CREATE INDEX "Prospect_similar_idx" ON "Prospect" USING gin
  ("workspaceId", parley_unaccent(name) public.gin_trgm_ops, phone public.gin_trgm_ops);
