import {isJsonObject, parseJson} from '../oci/json.js';
import {writeNewFile} from '../storage/named-file.js';
import type {LoadedSettings} from '../storage/settings.js';
import type {RulesKeeper} from '../keepers.js';

/**
The rules in the settings, and files of them.
@param options.isDemo - Nothing is kept of the demo, whose registry is another one at each start.
*/
export const openRules = ({
	settingsFile,
	readSettings,
	isDemo,
}: {
	settingsFile: string;
	readSettings: () => Promise<LoadedSettings>;
	isDemo: boolean;
}): RulesKeeper => ({
	async read() {
		const {settings} = await readSettings();
		const {rules = []} = settings;
		return rules.length === 0 || isDemo
			? undefined
			: JSON.stringify({version: 1, rules}, undefined, 1);
	},
	async save(text) {
		if (isDemo) {
			return 'Nothing is kept of the demo; these rules hold until jetsam ends.';
		}

		const {saveRules} = await import('../storage/settings.js');
		try {
			const spelled = parseJson(text);
			const rules = isJsonObject(spelled) ? spelled['rules'] : undefined;
			saveRules(
				settingsFile,
				Array.isArray(rules) ? rules.filter(rule => isJsonObject(rule)) : [],
			);
			return undefined;
		} catch {
			return `The rules could not be saved to ${settingsFile}; they hold until jetsam ends.`;
		}
	},
	write: writeNewFile,
});
