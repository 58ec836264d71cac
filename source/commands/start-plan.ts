import type {Where} from '../oci/reference.js';
import {checkSets, parseRules} from '../retention/parse-rules.js';
import type {World} from '../world.js';
import type {CommandLine} from './command-line.js';
import type {Output} from './list.js';
import {plan} from './plan.js';
import {joinRules} from './rule-options.js';

/** Reads the rules that the command line names and makes the plan; nothing is scanned where they cannot be meant. Throws `UserError`. */
export const startPlan = async (
	world: World,
	{
		commandLine,
		where,
		address,
		signal,
	}: {
		commandLine: CommandLine;
		where: Where;
		address: string;
		signal: AbortSignal;
	},
	output: Output,
): Promise<number> => {
	const {readNamedFile, writeNamedFile} =
		await import('../storage/named-file.js');
	const {rules: options, json} = commandLine;
	const {file, out} = options;
	const rules = joinRules(
		options,
		file === undefined
			? undefined
			: parseRules(await readNamedFile(file, 2), file),
	);
	checkSets(rules.sets, file ?? 'The command line');
	return plan(
		world,
		{
			where,
			address,
			rules,
			json,
			write:
				out === undefined ? undefined : async text => writeNamedFile(out, text),
			signal,
		},
		output,
	);
};
