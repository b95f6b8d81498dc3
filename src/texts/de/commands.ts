/** What Discord shows of the commands in German, by what commands/ says in English. Names of commands stay English. */
export const commands: Readonly<Record<string, string>> = {
  // What several of them have
  "What the image shows": "Was auf dem Bild zu sehen ist",
  "Denoising steps: more take longer and look cleaner":
    "Schritte beim Entrauschen: Mehr dauern länger und sehen sauberer aus",
  "Width x height in pixels": "Breite x Höhe in Pixeln",
  "How closely the image follows the prompt": "Wie genau sich das Bild an den Prompt hält",
  "The same seed gives the same image again": "Derselbe Seed ergibt wieder dasselbe Bild",
  "Show the result to you alone": "Das Ergebnis siehst nur du",
  "Mention you when it is done": "Erwähnt dich, sobald es fertig ist",
  "One channel; the whole server if left out": "Ein Kanal; ohne Angabe der ganze Server",
  "The reason, which the history keeps": "Der Grund; er steht dann im Verlauf",
  "Who changed what, when and why": "Wer wann was geändert hat und warum",
  "Undo the newest change that has not been undone yet":
    "Die neueste Änderung zurücknehmen, die noch nicht zurückgenommen ist",
  "How many images": "Wie viele Bilder",
  "The quantization to render with": "Die Quantisierung, mit der gerendert wird",

  // /generate, /compare, Show details
  "Render images from a description": "Bilder aus einer Beschreibung rendern",
  "A preset of this server: it says what you leave out":
    "Ein Preset dieses Servers: Es bestimmt, was du weglässt",
  "The quantization to render with; what is loaded already is fastest":
    "Die Quantisierung, mit der gerendert wird; was schon geladen ist, ist am schnellsten",
  "How many images, 4 if left out": "Wie viele Bilder, ohne Angabe 4",
  "Render one prompt and seed with several backends, side by side":
    "Einen Prompt mit einem Seed auf mehreren Backends rendern, Bild neben Bild",
  "Backends that belong together, the original first where it is offered":
    "Backends, die zusammengehören, zuerst das Original, wo es verfügbar ist",
  article: "Artikel",
  "4-bit": "4 Bit",
  "8-bit": "8 Bit",
  "The first backend; the others are held against it":
    "Das erste Backend; an ihm werden die anderen gemessen",
  "The second backend": "Das zweite Backend",
  "The third backend": "Das dritte Backend",
  "The fourth backend": "Das vierte Backend",
  "The fifth backend": "Das fünfte Backend",
  "The sixth backend": "Das sechste Backend",
  "Show details": "Details anzeigen",

  // /backends
  "What this server's GPUs offer, and how fast it is":
    "Was die GPUs dieses Servers anbieten und wie schnell es ist",
  "Every backend with its memory and speed as measured here":
    "Alle Backends mit Speicher und Tempo, wie hier gemessen",
  "Only backends of one library": "Nur Backends einer Bibliothek",
  "Only backends with about this many bits a weight": "Nur Backends mit ungefähr so vielen Bits pro Gewicht",
  "5 bits and fewer": "5 Bit und weniger",
  "6 to 8 bits": "6 bis 8 Bit",
  "16 bits": "16 Bit",
  "Only backends that are loaded, parked, or loaded on demand":
    "Nur Backends, die geladen oder geparkt sind oder bei Bedarf geladen werden",
  loaded: "geladen",
  "parked in main memory": "im Arbeitsspeicher geparkt",
  "on demand": "bei Bedarf",
  "What the list is sorted by, lowest first": "Wonach die Liste sortiert ist, das Kleinste zuerst",
  memory: "Speicher",
  "seconds an image": "Sekunden pro Bild",
  bits: "Bits",
  name: "Name",
  "All that is known of one backend, with its history":
    "Alles, was über ein Backend bekannt ist, mit seinem Verlauf",
  "Which backend": "Welches Backend",
  "Which backend to choose, from what was measured here":
    "Welches Backend das richtige ist, nach dem, was hier gemessen wurde",
  "What matters most; everything if left out": "Worauf es dir ankommt; ohne Angabe alles",
  "least memory": "wenig Speicher",
  fastest: "am schnellsten",
  "closest to the original": "am nächsten am Original",
  hardware: "Hardware",

  // /me
  "Your usage, results and data": "Dein Verbrauch, deine Ergebnisse und deine Daten",
  "Private results that could not be sent to you":
    "Private Ergebnisse, die dir nicht geschickt werden konnten",
  "What you have used, and your limits here": "Was du verbraucht hast und welche Limits hier gelten",
  "Everything that is kept about you, as a file": "Alles, was über dich gespeichert ist, als Datei",
  "Delete everything that is kept about you": "Alles löschen, was über dich gespeichert ist",

  // /preset
  "Presets of this server": "Presets dieses Servers",
  "All presets and where they are the default": "Alle Presets und wo sie der Standard sind",
  "One preset": "Ein Preset",
  "The preset's name": "Name des Presets",
  "Create a preset; the model decides what you leave out":
    "Ein Preset anlegen; was du weglässt, bestimmt das Modell",
  "a-z, 0-9, - and _": "a-z, 0-9, - und _",
  "The most steps that a member may ask for with it":
    "Wie viele Schritte ein Mitglied damit höchstens bekommt",
  "The most images that a member may ask for with it":
    "Wie viele Bilder ein Mitglied damit höchstens bekommt",
  "Change a preset in a form": "Ein Preset in einem Formular ändern",
  "Delete a preset": "Ein Preset löschen",
  "Set the preset that applies where members leave something out":
    "Das Preset setzen, das gilt, wo Mitglieder etwas weglassen",
  "The preset's name; leave it out to have no default any more":
    "Name des Presets; ohne Angabe gibt es keinen Standard mehr",
  "Whether members may leave the default": "Ob Mitglieder vom Standard abweichen dürfen",
  "True: members can use nothing else": "True: Mitglieder können nichts anderes nutzen",
  "This server's presets as a file": "Die Presets dieses Servers als Datei",
  "Take presets from a file of /preset export": "Presets aus einer Datei von /preset export übernehmen",
  "The file": "Die Datei",
  "True: replace presets that are there already; they are kept if left out":
    "True: vorhandene Presets ersetzen; ohne Angabe bleiben sie",

  // /queue
  "What is waiting and running": "Was gerade wartet und läuft",
  "Your requests, and how long they take": "Deine Anfragen und wie lange sie dauern",
  "Cancel a request of yours; moderators can cancel any of this server":
    "Eine eigene Anfrage abbrechen; die Moderation kann jede dieses Servers abbrechen",
  "Which request": "Welche Anfrage",
  "Operators: finish what is running and start nothing more":
    "Für Betreiber: Laufendes fertig machen, nichts Neues beginnen",
  "Operators: like pause, and refuse new requests": "Für Betreiber: wie pause, und neue Anfragen ablehnen",
  "Operators: go on after a pause or a drain": "Für Betreiber: nach pause oder drain weitermachen",

  // /quiz
  "Can this server tell quantized from original?":
    "Kann dieser Server quantisierte Bilder vom Original unterscheiden?",
  "Start a study in this channel; everything left out has a default":
    "Eine Studie in diesem Kanal starten; alles hat einen Standardwert",
  "In a new thread of this channel; in the channel itself if left out":
    "In einem neuen Thread dieses Kanals; ohne Angabe im Kanal selbst",
  "What members are asked": "Was die Mitglieder gefragt werden",
  "which one is quantized? (two pictures)": "Welches ist quantisiert? (zwei Bilder)",
  "find the original (three or four pictures)": "Finde das Original (drei oder vier Bilder)",
  "Quantized backends, with commas; all that are offered if left out":
    "Quantisierte Backends, mit Kommas getrennt; ohne Angabe alle verfügbaren",
  "One prompt for all rounds; a varied list if left out":
    "Ein Prompt für alle Runden; ohne Angabe eine bunte Liste",
  "Rounds with votes in all, spread evenly over the backends; 40 or more if left out":
    "Runden mit Stimmen insgesamt, gleichmäßig auf die Backends verteilt; ohne Angabe 40 oder mehr",
  "When a round closes: 30 minutes, 2 hours, 12 votes; an hour if left out":
    "Wann eine Runde endet: 30 Minuten, 2 Stunden, 12 Stimmen; ohne Angabe eine Stunde",
  "Pictures of one round of 'find the original', 3 if left out":
    "Bilder pro Runde von „Finde das Original“, ohne Angabe 3",
  "How many of 100 rounds show the original twice, 10 if left out":
    "Wie viele von 100 Runden zweimal das Original zeigen, ohne Angabe 10",
  "End the study that runs, without a verdict": "Die laufende Studie beenden, ohne Urteil",
  "How far along a study is": "Wie weit eine Studie ist",
  "Which study; the one that runs, or the last one, if left out":
    "Welche Studie; ohne Angabe die laufende oder die letzte",
  "The studies of this server": "Die Studien dieses Servers",
  "What a study has found: rates, intervals and a chart":
    "Was eine Studie ergeben hat: Quoten, Intervalle und ein Diagramm",
  "Who sees best, this season or in all of them": "Wer am besten hinschaut, in dieser Saison oder in allen",
  "This month's if left out": "Ohne Angabe die dieses Monats",
  "this month": "dieser Monat",
  all: "alle",
  "Your own score and streaks": "Deine eigenen Punkte und Serien",
  "A round for you alone, with the answer at once; it counts nowhere":
    "Eine Runde nur für dich, mit sofortiger Antwort; sie zählt nirgends",
  "Quantized backends, with commas; any that is offered if left out":
    "Quantisierte Backends, mit Kommas getrennt; ohne Angabe irgendein verfügbares",
  "For moderators: a round a day in a channel": "Für die Moderation: jeden Tag eine Runde in einem Kanal",
  "Where it appears": "Wo sie erscheint",
  "Of the day in UTC, 18 if left out": "Die Stunde in UTC, ohne Angabe 18",
  "No daily rounds any more": "Keine täglichen Runden mehr",
  "For moderators: a study's votes without names, as CSV and JSON":
    "Für die Moderation: die Stimmen einer Studie ohne Namen, als CSV und JSON",
  "Check that a round's answer was fixed before the first vote":
    "Prüfen, dass die Antwort einer Runde vor der ersten Stimme feststand",
  "Which round; the last one that was revealed if left out":
    "Welche Runde; ohne Angabe die zuletzt aufgelöste",

  // /settings
  "What applies to everybody in this server": "Was für alle auf diesem Server gilt",
  "All settings": "Alle Einstellungen",
  "Where images may be made": "Wo Bilder erlaubt sind",
  "What to do": "Was zu tun ist",
  "allow this channel": "diesen Kanal erlauben",
  "allow this channel no longer": "diesen Kanal nicht mehr erlauben",
  "allow every channel": "alle Kanäle erlauben",
  "The channel; its threads go with it": "Der Kanal; seine Threads gehören dazu",
  "Whether images are made in age-restricted channels only":
    "Ob es Bilder nur in Kanälen mit Altersbeschränkung gibt",
  "True: only there": "True: nur dort",
  "Refuse prompts with a word or pattern, however it is spelled":
    "Prompts mit einem Wort oder Muster ablehnen, egal wie es geschrieben ist",
  "A word or words, * for any letters, or a /regular expression/":
    "Ein Wort oder mehrere, * für beliebige Buchstaben, oder ein /regulärer Ausdruck/",
  "Allow a blocked word or pattern again": "Ein gesperrtes Wort oder Muster wieder erlauben",
  "As it was entered": "So, wie es eingegeben wurde",
  "All blocked words and patterns": "Alle gesperrten Wörter und Muster",
  "What one member may use; of several roles the widest limit counts":
    "Was ein Mitglied nutzen darf; bei mehreren Rollen gilt das großzügigste Limit",
  "Requests a minute": "Anfragen pro Minute",
  "Requests waiting or running at once": "Anfragen, die gleichzeitig warten oder laufen",
  "Measured seconds of a GPU in 24 hours": "Gemessene GPU-Sekunden in 24 Stunden",
  "For members with this role; for everyone if left out":
    "Für Mitglieder mit dieser Rolle; ohne Angabe für alle",
  "True: as if it had never been set": "True: als wäre es nie gesetzt worden",
  "The most steps and the largest size": "Die meisten Schritte und die größte Größe",
  "Whether results may be shown to one member alone":
    "Ob Ergebnisse nur einem Mitglied gezeigt werden dürfen",
  "True: they may": "True: erlaubt",
  "Who may start a quiz besides moderators": "Wer außer der Moderation ein Quiz starten darf",
  "Nobody else if left out": "Ohne Angabe niemand sonst",
  "The language of what everybody sees": "Die Sprache für das, was alle sehen",
  "The language": "Die Sprache",
  "that of the member who asks": "die des Mitglieds, das anfragt",
  "Who changed what, and when": "Wer wann was geändert hat",

  // /stats
  "Charts of memory, time, renders, waits and GPU occupancy":
    "Diagramme zu Speicher, Zeit, Jobs, Wartezeiten und GPU-Auslastung",
  "Which chart; memory against time if left out": "Welches Diagramm; ohne Angabe Speicher und Zeit",
  "memory against time": "Speicher und Zeit",
  "renders a day": "Jobs pro Tag",
  "waits in the queue": "Wartezeiten in der Warteschlange",
  "GPU occupancy": "GPU-Auslastung",
  "How far charts by day look back, 14 days if left out":
    "Wie weit Diagramme nach Tagen zurückreichen, ohne Angabe 14 Tage",
  "7 days": "7 Tage",
  "14 days": "14 Tage",
  "30 days": "30 Tage",
  "90 days": "90 Tage",
};
