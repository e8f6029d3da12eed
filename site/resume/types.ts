/**
 * JSON Resume 1.2 (https://jsonresume.org/schema). Every field is optional. `Extra` fields are not in the schema, which allows
 * them, but in many real résumés.
 */

export interface Resume {
  $schema?: string;
  basics?: Basics;
  work?: Work[];
  volunteer?: Volunteer[];
  education?: Education[];
  awards?: Award[];
  certificates?: Certificate[];
  publications?: Publication[];
  skills?: Skill[];
  languages?: SpokenLanguage[];
  interests?: Interest[];
  references?: Reference[];
  projects?: Project[];
  meta?: Record<string, unknown>;
}

/** What a theme's package exports: JSON Resume's convention. `render` returns a whole HTML page. */
export interface Theme {
  render(resume: Resume): string | Promise<string>;
}

export interface Basics {
  name?: string;
  label?: string;
  image?: string;
  email?: string;
  phone?: string;
  url?: string;
  summary?: string;
  location?: Location;
  profiles?: Profile[];
}

export interface Location {
  address?: string;
  postalCode?: string;
  city?: string;
  /** ISO 3166-1 alpha-2. */
  countryCode?: string;
  region?: string;
}

export interface Profile {
  network?: string;
  username?: string;
  url?: string;
}

/** A date is `2024`, `2024-06` or `2024-06-29`. */
export interface Period {
  startDate?: string;
  endDate?: string;
}

/** Fields that people add to entries of any section. */
export interface Extra {
  location?: string;
  summary?: string;
  highlights?: string[];
  keywords?: string[];
  url?: string;
}

export interface Work extends Period, Extra {
  name?: string;
  description?: string;
  position?: string;
}

export interface Volunteer extends Period, Extra {
  organization?: string;
  position?: string;
}

export interface Education extends Period, Extra {
  institution?: string;
  area?: string;
  studyType?: string;
  score?: string;
  courses?: string[];
}

export interface Award extends Extra {
  title?: string;
  date?: string;
  awarder?: string;
}

/** `startDate` and `endDate` are its validity: many files have them. */
export interface Certificate extends Period, Extra {
  name?: string;
  date?: string;
  issuer?: string;
}

export interface Publication extends Extra {
  name?: string;
  publisher?: string;
  releaseDate?: string;
  authors?: string[];
}

export interface Skill extends Extra {
  name?: string;
  level?: string;
}

export interface SpokenLanguage extends Extra {
  language?: string;
  fluency?: string;
}

export interface Interest extends Extra {
  name?: string;
}

export interface Reference {
  name?: string;
  reference?: string;
  position?: string;
  company?: string;
  email?: string;
  phone?: string;
  url?: string;
}

export interface Project extends Period, Extra {
  name?: string;
  description?: string;
  roles?: string[];
  entity?: string;
  type?: string;
}
