/**
 * What a process knows of an endpoint by the last try there: it succeeded, it failed, or none is over yet. Only one that
 * answers may have much under way. One that is untried may hang as well as one that fails, but it does not wait for its
 * place among those.
 */
export type Standing = 'answering' | 'failing' | 'untried';
