type Answer = { data?: Record<string, unknown> | null; errors?: readonly { message: string; extensions?: object }[] };

/**
 * The places in an argument that an answer calls wrong, in a ValidationError or as BAD_USER_INPUT; null where it says
 * something else. The document must be one of `rootFieldsOf`.
 */
export function refusedPlaces({ data, errors }: Answer, field: string): string[] | null {
  const result = Object(data?.[field]);
  if (result.__typename === 'ValidationError') return issuePlaces(result.ValidationError_issues);
  const [error] = errors ?? [];
  const { code, path, issues } = Object(error?.extensions);
  if (code !== 'BAD_USER_INPUT') return null;
  if (issues) return issues.map((issue: { path: string[] }) => issue.path.join('.'));
  if (path) return [path.join('.')];
  return variablePlace(error?.message ?? '');
}

function issuePlaces(issues: { ValidationIssue_path: string[] }[]): string[] {
  return issues.map(({ ValidationIssue_path: path }) => path.join('.'));
}

/** What graphql-js says of a variable of the wrong type. */
function variablePlace(message: string): string[] | null {
  const [, name = '', below] =
    /^Variable "\$(\w+)" .*?(?: at "\w+(.*?)")?(?:; | must not be null)/s.exec(message) ?? [];
  if (name === '') return null;
  const place = `${name === 'input' ? '' : name}${(below ?? '').replaceAll(/\[(\d+)\]/g, '.$1')}`;
  return [place.replace(/^\./, '')];
}

/** Whether a place is the wrong value, or the list that it is in. */
export function namesPlace(place: string, path: string[]): boolean {
  const wrong = path.join('.');
  return place === wrong || wrong === `${place}.0`;
}
