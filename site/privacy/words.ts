/** What the privacy page says, by language. Languages without a text get the English one. */
import { VISIT_MEMORY_SECONDS } from '../../contract/visit.ts';

/** From the settings of the deployed site and of the résumé. */
export interface PrivacyFacts {
  logRetentionDays: number;
  /** Whether access logs, which contain addresses, are on. */
  accessLogs: boolean;
  /** Whether connections are limited by address. */
  limitsAddresses: boolean;
  /** Whether visits through counted links are counted for them. */
  links: boolean;
}

export interface PrivacyWords {
  title: string;
  summary: string;
  /** Heading and text of each section. */
  sections: (facts: PrivacyFacts) => [heading: string, text: string][];
}

const HOURS = VISIT_MEMORY_SECONDS / 3600;

const en: PrivacyWords = {
  title: 'Privacy',
  summary:
    'This page counts its visits. It sets no cookies, loads nothing from other companies, and does not record who you are.',
  sections: ({ logRetentionDays: days, accessLogs, limitsAddresses, links }) => [
    [
      'In your browser',
      `The tab creates a random number for your visit, so that a reload is not a second visit${links ? ', and remembers the link that you came through, if it is a counted one' : ''} (sessionStorage, until you close the tab). If you choose light or dark colours, the browser remembers that; if you open the page with “?me”, it remembers not to count you (localStorage, until you delete it). None of this identifies you.`,
    ],
    [
      'On the server',
      `The random number of your visit${links ? ', with the link that it came through,' : ''} expires ${HOURS} hours after it was last seen. While the page is open, its connection has an entry with the time at which it began. It is deleted when you leave; if your browser does not say so, it expires after two hours and five minutes at most. Expired entries are usually deleted within two days. What stays are totals: visits by day and page, and the largest number of simultaneous viewers.`,
    ],
    ...(links
      ? [
          [
            'Counted links',
            'If the address that you opened contained “?for=”, the author sees how often this link was opened, and when first and last. The end of the page says so. Neither your address nor your browser is stored with it.',
          ] as [string, string],
        ]
      : []),
    [
      'Your IP address',
      `Like every website, this one receives your IP address in order to answer. ${
        limitsAddresses
          ? 'To limit how many connections one address may open, it stores a code computed from the address, which changes every ten minutes and expires with them. '
          : ''
      }${
        accessLogs
          ? `Access logs contain your address and your browser’s name, and are deleted after ${days} days.`
          : 'Your address is not written to any log.'
      }`,
    ],
    [
      'Logs',
      `Technical logs contain the times and numbers of connections, and are deleted after ${days} days.`,
    ],
    [
      'Deleting your data',
      'The entries contain neither your name nor your address, so none can be looked up for you. Close the tab and wait for the times above, or delete this site’s data in your browser.',
    ],
  ],
};

const de: PrivacyWords = {
  title: 'Datenschutz',
  summary:
    'Diese Seite zählt ihre Besuche. Sie setzt keine Cookies, lädt nichts von anderen Unternehmen und hält nicht fest, wer Sie sind.',
  sections: ({ logRetentionDays: days, accessLogs, limitsAddresses, links }) => [
    [
      'In Ihrem Browser',
      `Der Tab erzeugt eine Zufallszahl für Ihren Besuch, damit ein Neuladen nicht als zweiter Besuch zählt${links ? ', und merkt sich den Link, über den Sie gekommen sind, falls er gezählt wird' : ''} (sessionStorage, bis Sie den Tab schließen). Wenn Sie helle oder dunkle Farben wählen, merkt sich der Browser die Wahl; wenn Sie die Seite mit „?me“ öffnen, merkt er sich, dass Sie nicht gezählt werden (localStorage, bis Sie es löschen). Nichts davon identifiziert Sie.`,
    ],
    [
      'Auf dem Server',
      `Die Zufallszahl Ihres Besuchs${links ? ', mit dem Link, über den er kam,' : ''} verfällt ${HOURS} Stunden, nachdem sie zuletzt gesehen wurde. Solange die Seite offen ist, hat ihre Verbindung einen Eintrag mit der Zeit, zu der sie begann. Er wird gelöscht, wenn Sie gehen; meldet Ihr Browser das nicht, verfällt er nach höchstens zwei Stunden und fünf Minuten. Verfallene Einträge werden meist innerhalb von zwei Tagen gelöscht. Es bleiben nur Summen: Besuche nach Tag und Seite und die größte Zahl gleichzeitiger Leser.`,
    ],
    ...(links
      ? [
          [
            'Gezählte Links',
            'Enthielt die geöffnete Adresse „?for=“, dann sieht der Autor, wie oft dieser Link geöffnet wurde und wann zuerst und zuletzt. Am Ende der Seite steht ein Hinweis. Weder Ihre Adresse noch Ihr Browser wird dazu gespeichert.',
          ] as [string, string],
        ]
      : []),
    [
      'Ihre IP-Adresse',
      `Wie jede Website erhält diese Ihre IP-Adresse, um antworten zu können. ${
        limitsAddresses
          ? 'Um zu begrenzen, wie viele Verbindungen eine Adresse öffnen kann, speichert sie einen aus der Adresse berechneten Code, der alle zehn Minuten wechselt und mit ihnen verfällt. '
          : ''
      }${
        accessLogs
          ? `Zugriffsprotokolle enthalten Ihre Adresse und den Namen Ihres Browsers und werden nach ${days} Tagen gelöscht.`
          : 'Ihre Adresse wird in kein Protokoll geschrieben.'
      }`,
    ],
    [
      'Protokolle',
      `Technische Protokolle enthalten Zeiten und Nummern von Verbindungen und werden nach ${days} Tagen gelöscht.`,
    ],
    [
      'Löschen',
      'Die Einträge enthalten weder Ihren Namen noch Ihre Adresse, deshalb kann keiner für Sie herausgesucht werden. Schließen Sie den Tab und warten Sie die genannten Zeiten ab, oder löschen Sie die Daten dieser Website in Ihrem Browser.',
    ],
  ],
};

const WORDS: Record<string, PrivacyWords> = { en, de };

/** @param tag BCP 47 tag of a page @returns the words, and the language that they are in */
export function privacyWords(tag: string): { language: string; words: PrivacyWords } {
  const [language = ''] = tag.split('-');
  return WORDS[language] ? { language: tag, words: WORDS[language] } : { language: 'en', words: en };
}
