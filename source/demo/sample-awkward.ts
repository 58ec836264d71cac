import {addImage} from './build-content.js';
import type {RegistryContent} from './registry-content.js';

/** The sample world's repository whose labels and annotations try to break what draws them. */
export const awkwardLabels = 'qa/awkward-labels';

/** Tag → text that stands in its labels, annotations and entrypoint. */
export const awkwardTexts: Readonly<Record<string, string>> =
	Object.fromEntries([
		['escape-colour', '\u{1B}[31mred\u{1B}[0m and \u{1B}[7minverse'],
		['escape-screen', '\u{1B}[2J\u{1B}[H\u{1B}[?1049lwiped\u{1B}c'],
		['escape-title', '\u{1B}]0;owned\u{7}\u{1B}]52;c;b3duZWQ=\u{7}'],
		[
			'escape-link',
			'\u{1B}]8;;https://evil.example\u{1B}\\shop/checkout\u{1B}]8;;\u{1B}\\',
		],
		['escape-8-bit', '\u{9B}31mred\u{9D}0;owned\u{9C}\u{90}q\u{9C}'],
		['newlines', 'one\ntwo\r\nthree\u{2028}four\u{2029}five\u{85}six'],
		['carriage-return', 'sha256:bad\rsha256:good'],
		['backspace', 'delete\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}keep  \u{7F}'],
		['tabs', '\tone\ttwo\u{B}three\u{C}four'],
		['nul', 'before\u{0}after'],
		['bidi-override', 'user\u{202E}gpj.exe\u{202C} end'],
		['bidi-isolate', '\u{2067}\u{2066}nested\u{2069} never closed'],
		['right-to-left', 'גרסה 1.2 של השירות, نسخة ٣'],
		['long', 'long '.repeat(800)],
		['long-word', 'w'.repeat(4000)],
		['emoji', '🚀 👩🏽‍🚀 👨‍👩‍👧‍👦 🏳️‍🌈 🇩🇪 ❤️ 1️⃣'],
		['zero-width', 'pay\u{200B}ments\u{200D}\u{2060}\u{FEFF}\u{AD}'],
		['cjk', '日本語のラベル、中文标签，한국어 라벨、ｆｕｌｌ　ｗｉｄｔｈ'],
		['combining', `Z${'\u{300}\u{317}\u{336}\u{489}'.repeat(20)}algo`],
		['lone-surrogate', 'half \u{D83D} of a pair'],
		['tag-characters', 'plain\u{E0041}\u{E0042}\u{E0043}\u{F8FF}'],
		['lookalike', 'sһop/сheckout'],
		['spaces', '   '],
		['empty', ''],
		['json', '{"digest":"sha256:"}\\u001b[31m%s$HOME`id`'],
		['markup', '<script>alert(1)</script>&nbsp;<!-- | --> **bold**'],
	]);

/** Fills it with one image for each text. */
export function* fillAwkwardLabels(
	content: RegistryContent,
	now: Date,
): Iterable<void> {
	let position = 0;
	for (const [tag, text] of Object.entries(awkwardTexts)) {
		position++;
		addImage(content, awkwardLabels, {
			tags: [tag],
			created: new Date(now.getTime() - position * 9 * 3_600_000),
			layers: [{size: 4_194_304, seed: awkwardLabels}],
			labels: Object.fromEntries([
				['org.opencontainers.image.description', text],
				[`key ${text}`, 'the key has the text'],
			]),
			annotations: Object.fromEntries([
				['org.opencontainers.image.title', text],
				['org.opencontainers.image.revision', text],
				['org.opencontainers.image.version', text],
			]),
			entrypoint: ['/bin/echo', text],
		});
		yield;
	}

	addAwkwardPlatform(content);
}

function addAwkwardPlatform(content: RegistryContent): void {
	addImage(content, awkwardLabels, {
		tags: ['platform'],
		created: '\u{1B}[31myesterday\nevening',
		layers: [],
		platform: {
			os: 'lin\u{1B}[5mux',
			architecture: 'amd\u{202E}46',
			variant: '大'.repeat(60),
		},
	});
}
