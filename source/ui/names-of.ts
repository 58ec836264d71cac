/** The names of a record, as the type that they have there. */
export const namesOf = <Name extends string>(
	record: Readonly<Record<Name, unknown>>,
): Name[] =>
	// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- Object.keys forgets what the record's type knows
	Object.keys(record) as Name[];
