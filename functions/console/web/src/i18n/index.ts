import i18next, { type BackendModule } from "i18next";
import { initReactI18next } from "react-i18next";

export const LANGUAGES = ["es", "en"] as const;

// A screen's texts are a file of their own, fetched with the screen.
const files = import.meta.glob<{ default: Record<string, unknown> }>("./*/*.json");

const catalogue: BackendModule = {
  type: "backend",
  init: () => undefined,
  read: (language, namespace, done) => {
    const load = files[`./${language}/${namespace}.json`];
    if (load === undefined) return done(new Error(`No texts ${language}/${namespace}`), false);
    load().then(
      (texts) => done(null, texts.default),
      (error: unknown) => done(error as Error, false),
    );
  },
};

/** The browser's first language that we speak; Spanish where it speaks none of them. */
function browserLanguage(): string {
  const spoken = navigator.languages.map((tag) => tag.slice(0, 2));
  return spoken.find((language) => (LANGUAGES as readonly string[]).includes(language)) ?? "es";
}

const CHOSEN = "relevo-language";

/** Speak another language from now on, in this browser. */
export function choose(language: string): void {
  localStorage.setItem(CHOSEN, language);
  void i18next.changeLanguage(language);
}

/** Resolves when the texts every page needs are there. */
export async function startTexts(): Promise<void> {
  i18next.on("languageChanged", (language) => (document.documentElement.lang = language));
  await i18next
    .use(catalogue)
    .use(initReactI18next)
    .init({
      lng: localStorage.getItem(CHOSEN) ?? browserLanguage(),
      fallbackLng: "es",
      supportedLngs: LANGUAGES,
      load: "languageOnly",
      ns: ["shell"],
      defaultNS: "shell",
      interpolation: { escapeValue: false },
    });
}
