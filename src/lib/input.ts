import { z } from 'zod';

/** A GraphQL type that a field of an input can have: a scalar, an enum by its name, or another input. */
export type InputType =
  | 'String'
  | 'ID'
  | 'Int'
  | 'Boolean'
  | 'DateTime'
  | 'JSON'
  | 'JSONObject'
  | { enum: string }
  | { input: Input<unknown> };

type RuleInfo = { type: InputType; list: boolean; limit: string };

/** What the schema has to know about a field of an input. */
export type FieldInfo = {
  type: InputType;
  list: boolean;
  /** Whether a value must be given. */
  required: boolean;
  /** Whether null clears the field in an update. */
  clearable: boolean;
  defaultValue: unknown;
  /** What the field is for, followed by its limit. */
  description: string;
};

// What zod's own registries do, whose types do not take metadata that holds schemas.
const rules = new WeakMap<z.ZodType, RuleInfo>();
const fields = new WeakMap<z.ZodType, FieldInfo>();

/**
 * Declares how values of one kind are read: their GraphQL type, the zod schema that parses them, and the sentence that
 * tells callers the limit, such as "At most 500 characters."
 */
export function rule<Schema extends z.ZodType>(type: InputType, schema: Schema, limit = ''): Schema {
  rules.set(schema, { type, list: false, limit });
  return schema;
}

/** A list of values that each follow a rule, parsed by `schema`. */
export function listRule<Schema extends z.ZodType>(item: z.ZodType, schema: Schema, limit = ''): Schema {
  rules.set(schema, { ...infoOf(item), list: true, limit });
  return schema;
}

function infoOf(schema: z.ZodType): RuleInfo {
  const info = rules.get(schema);
  if (!info) throw new Error('A field of an input needs a rule: see lib/rules.ts.');
  return info;
}

/** The sentence on a rule's limit, for the description of a field that returns such values. */
export function limitOf(schema: z.ZodType): string {
  return infoOf(schema).limit;
}

type FieldOptions = Partial<Pick<FieldInfo, 'required' | 'clearable' | 'defaultValue'>>;

function declare<Schema extends z.ZodType>(
  schema: Schema,
  ruleOf: z.ZodType,
  description: string,
  { required = false, clearable = false, defaultValue }: FieldOptions,
): Schema {
  const { type, list, limit } = infoOf(ruleOf);
  const text = [description, limit].filter((part) => part !== '').join(' ');
  fields.set(schema, { type, list, required, clearable, defaultValue, description: text });
  return schema;
}

/** A field that must be given. */
export function required<Schema extends z.ZodType>(ruled: Schema, description: string) {
  return declare(ruled.clone(), ruled, description, { required: true });
}

/** A field that may be left out; null counts as left out. */
export function optional<Schema extends z.ZodType>(ruled: Schema, description: string) {
  const schema = ruled
    .nullable()
    .transform((value) => value ?? undefined)
    .optional();
  return declare(schema, ruled, description, {});
}

/**
 * A field that may be empty. In an update null clears it and leaving it out keeps it; where something is created both
 * leave it empty.
 */
export function clearable<Schema extends z.ZodType>(ruled: Schema, description: string) {
  return declare(ruled.nullable().optional(), ruled, description, { clearable: true });
}

/** A field that has a default in the schema, so that it always has a value. */
export function withDefault<Schema extends z.ZodType>(
  ruled: Schema,
  defaultValue: z.input<Schema>,
  description: string,
) {
  return declare(ruled.clone(), ruled, description, { required: true, defaultValue });
}

/** A field that must be given, where null says "none". GraphQL cannot demand that, so its absence is refused here. */
export function nullable<Schema extends z.ZodType>(ruled: Schema, description: string) {
  const schema = ruled
    .nullable()
    .optional()
    .transform((value, context) => {
      if (value !== undefined) return value;
      context.addIssue({ code: 'custom', message: 'Must be given; null means none.' });
      return z.NEVER;
    });
  return declare(schema, ruled, description, {});
}

export type Fields = Readonly<Record<string, z.ZodType>>;

/** An input of the schema: its fields, and the parser of its values. */
export type Input<Value> = {
  name: string;
  description: string;
  fields: Fields;
  /** Whether null clears a clearable field, as in updates. */
  nullClears: boolean;
  schema: z.ZodType<Value>;
};

/** What an input is parsed to. */
export type Parsed<Declared> = Declared extends Input<infer Value> ? Value : never;

/** Refuses an input because of one of its fields. */
export type Refuse = (field: string, message: string) => void;

type Options<Value> = {
  nullClears?: boolean;
  /** Rules between fields. It runs once each field has the right type. */
  check?: (value: Value, refuse: Refuse) => void;
};

/**
 * Declares an input once: its GraphQL type (see `inputType`), its parser and the TypeScript type of what it is parsed
 * to (`Parsed`) all come from these fields. Fields are made by `required`, `optional`, `clearable`, `withDefault` and
 * `nullable` from a rule of `lib/rules.ts`.
 */
export function input<Shape extends Fields>(
  name: string,
  description: string,
  shape: Shape,
  { nullClears = false, check }: Options<z.output<z.ZodObject<Shape>>> = {},
): Input<z.output<z.ZodObject<Shape>>> {
  const schema = z
    .object(shape)
    .superRefine((value, context) =>
      check?.(value, (field, message) => context.addIssue({ code: 'custom', path: [field], message })),
    )
    .transform((value) => (nullClears ? value : withoutEmpty(value, shape)));
  return { name, description, fields: shape, nullClears, schema };
}

/** Where nothing is there to clear, null and leaving a field out are one and the same request. */
function withoutEmpty<Value extends object>(value: Value, shape: Fields): Value {
  for (const [key, schema] of Object.entries(shape)) {
    if (fields.get(schema)?.clearable && Reflect.get(value, key) === null) Reflect.deleteProperty(value, key);
  }
  return value;
}

/** Declares the input of an update: null clears fields that may be empty, and what is left out stays. */
export function updateInput<Shape extends Fields>(
  name: string,
  description: string,
  shape: Shape,
  options: Omit<Options<z.output<z.ZodObject<Shape>>>, 'nullClears'> = {},
): Input<z.output<z.ZodObject<Shape>>> {
  return input(name, description, shape, { ...options, nullClears: true });
}

/** The rule of a field that is itself an input. */
export function nested<Value>(declared: Input<Value>): z.ZodType<Value> {
  return rule({ input: declared }, declared.schema);
}

/** What the schema has to know about the fields of an input, by name. */
export function fieldsOf({ name, fields: shape, nullClears }: Input<unknown>): [string, FieldInfo][] {
  return Object.entries(shape).map(([key, schema]) => {
    const info = fields.get(schema);
    if (!info) throw new Error(`${name}.${key} was not declared as a field.`);
    const description = nullClears && info.clearable ? `${info.description} null clears it.` : info.description;
    return [key, { ...info, description }];
  });
}
