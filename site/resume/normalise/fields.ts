/**
 * What the reader understands: every section, its fields, and the other keys that real résumés use for them.
 * Keys are compared without case, spaces and punctuation: `Work Experience`, `work_experience` and `workExperience` are one.
 */
import type { SectionKey } from '../../language/language.ts';

export type Kind =
  /** One line of text. */
  | 'line'
  /** Markdown; harmless HTML becomes Markdown. */
  | 'prose'
  /** A list of Markdown lines. */
  | 'lines'
  /** A list of short texts; one text is split at commas. */
  | 'words'
  | 'date'
  /** A date, or a word such as `Present` for an entry that goes on. */
  | 'end'
  /** `2019 – 2021` in one text: becomes startDate and endDate. */
  | 'range'
  | 'url'
  | 'email';

export interface Field {
  kind: Kind;
  /** Other keys for this field, most specific first. */
  aka: string[];
}

export type Fields = Record<string, Field>;

export interface Section {
  /** Other keys for the section. */
  aka: string[];
  /** The field that a plain text becomes: `"skills": ["Go"]` is `[{ "name": "Go" }]`. */
  text: string;
  /** For `{ "English": "native" }`: the key becomes `text`, the value this field. */
  keyed?: string;
  fields: Fields;
}

const field =
  (kind: Kind) =>
  (aka = ''): Field => ({ kind, aka: aka.split(' ').filter(Boolean) });
const line = field('line');
const prose = field('prose');
const lines = field('lines');
const words = field('words');
const date = field('date');
const url = field('url');

const PERIOD: Fields = {
  startDate: date('start from begin startYear dateStart startedAt fromDate since startTime'),
  endDate: field('end')('end to until till endYear dateEnd endedAt toDate endTime'),
  period: field('range')(
    'dates date duration timeframe timeline dateRange when time years year span employmentPeriod workTime eduTime projectTime',
  ),
};
const LINK = url('website link homepage web href site');
const POINTS = lines(
  'achievements responsibilities tasks bullets points details accomplishments duties descriptions activities',
);
const WORDS = words('technologies tech stack techStack tools skills tags technology techs');

/** Fields that people add to entries of any section. */
const EXTRA: Fields = { location: line('city place address'), highlights: POINTS, keywords: WORDS };

export const BASICS: Fields = {
  name: line('fullName displayName author'),
  label: line(
    'headline title position jobTitle role profession occupation tagline positionTitle currentPosition',
  ),
  image: line('picture photo avatar photograph'),
  email: field('email')('mail emailAddress'),
  phone: line('telephone mobile tel cell phoneNumber mobilePhone cellphone'),
  url: LINK,
  summary: prose(
    'bio about objective aboutMe personalStatement description personalSummary profile introduction intro overview brief aboutmeDesc',
  ),
};

/** Top-level objects that hold parts of `basics`. */
export const BASICS_AKA =
  'basic basicInfo basicInformation personal personalInfo personalInformation personalDetails profile profil contact contactInfo contactDetails contacts info about aboutMe author header'.split(
    ' ',
  );

export const LOCATION: Fields = {
  address: line('street streetAddress road addressLine'),
  postalCode: line('postcode zip zipCode plz'),
  city: line('town locality'),
  countryCode: line('country code'),
  region: line('state province county'),
};

export const PROFILE: Fields = {
  network: line('name site type platform title label'),
  username: line('user handle nickname id value number'),
  url: url('link href website'),
};

/** Keys in `basics` that are profiles: `"github": "https://github.com/ada"`. */
export const NETWORKS: Record<string, string> = {
  github: 'GitHub',
  gitlab: 'GitLab',
  bitbucket: 'Bitbucket',
  linkedin: 'LinkedIn',
  xing: 'XING',
  twitter: 'Twitter',
  mastodon: 'Mastodon',
  bluesky: 'Bluesky',
  facebook: 'Facebook',
  instagram: 'Instagram',
  youtube: 'YouTube',
  medium: 'Medium',
  stackoverflow: 'Stack Overflow',
  skype: 'Skype',
  telegram: 'Telegram',
  whatsapp: 'WhatsApp',
  wechat: 'WeChat',
  weibo: 'Weibo',
  zhihu: 'Zhihu',
  qq: 'QQ',
  orcid: 'ORCID',
  dribbble: 'Dribbble',
  behance: 'Behance',
  kaggle: 'Kaggle',
  npm: 'npm',
  blog: 'Blog',
  portfolio: 'Portfolio',
};

const OWN_FIELDS: Record<SectionKey, Section> = {
  work: {
    aka: 'experience experiences employment workExperience workExperiences professionalExperience workHistory employmentHistory jobHistory experienceDetails jobs works positions career internships internship internExperience internExperiences workExpList'.split(
      ' ',
    ),
    text: 'name',
    fields: {
      name: line('company employer organization organisation companyName employerName institution place'),
      position: line('title jobTitle role job designation departmentName subtitle'),
      description: prose('companyDescription'),
      url: LINK,
      ...PERIOD,
      summary: prose('description desc overview content text workDesc'),
    },
  },
  projects: {
    aka: 'project personalProjects sideProjects selectedProjects openSource portfolio projectExperience projectExperiences projectList workList'.split(
      ' ',
    ),
    text: 'name',
    fields: {
      name: line('title projectName project workName'),
      description: prose(
        'summary desc overview content text subtitle notes comments projectDesc projectContent workDesc',
      ),
      url: url('website link homepage repository repo github demo source href visitLink'),
      roles: words('role position projectRole'),
      entity: line('company organization client'),
      type: line('category kind'),
      ...PERIOD,
      endDate: field('end')('date releaseDate end to until till endYear dateEnd'),
    },
  },
  skills: {
    aka: 'skill technicalSkills technologies competencies skillset skillList'.split(' '),
    text: 'name',
    keyed: 'keywords',
    fields: {
      name: line('title category skill group label area type typeName skillName'),
      level: line('proficiency rating experience years score percent percentage skillLevel'),
      keywords: words('items skills list technologies tools tags details values examples'),
      summary: prose('description desc skillDesc'),
    },
  },
  education: {
    aka: 'educations educationDetails studies academicBackground academics schools educationList'.split(' '),
    text: 'institution',
    fields: {
      institution: line('school university college organization name establishment'),
      url: LINK,
      area: line('major field fieldOfStudy subject program programme course discipline specialization'),
      studyType: line('degree qualification title type level diploma academicDegree'),
      ...PERIOD,
      endDate: field('end')('end to until till endYear dateEnd date graduationDate graduation graduated'),
      score: line('gpa grade grades result mark'),
      courses: words('coursework relevantCourses modules subjects'),
      summary: prose('description comments notes desc text content'),
      highlights: lines('achievements honors honours details activities points descriptions projects'),
    },
  },
  certificates: {
    aka: 'certifications certificate certification licenses licences courses trainings training'.split(' '),
    text: 'name',
    fields: {
      name: line('title certificate certification'),
      issuer: line('organization authority institution awarder publisher issuingOrganization'),
      date: date('issued issueDate year releaseDate completionDate dateIssued'),
      startDate: date('start from validFrom'),
      endDate: field('end')('end to expires expiryDate expirationDate validUntil'),
      url: url('website link href credentialUrl'),
      summary: prose('description desc'),
    },
  },
  volunteer: {
    aka: 'volunteering volunteerWork volunteerExperience volunteers communityService'.split(' '),
    text: 'organization',
    fields: {
      organization: line('company companyName name organisation institution employer'),
      position: line('title role jobTitle'),
      url: LINK,
      ...PERIOD,
      summary: prose('description desc text'),
    },
  },
  publications: {
    aka: 'publication articles papers writing talks bibliography'.split(' '),
    text: 'name',
    fields: {
      name: line('title headline'),
      publisher: line('journal publication source conference venue event'),
      releaseDate: date('date year published publicationDate publishedAt'),
      url: url('website link href doi'),
      summary: prose('description abstract desc'),
      authors: words('author'),
    },
  },
  awards: {
    aka: 'award honors honours achievements accomplishments prizes awardList'.split(' '),
    text: 'title',
    fields: {
      title: line('name award text awardInfo'),
      date: date('year when releaseDate time awardTime'),
      awarder: line('issuer organization by from source institution'),
      url: LINK,
      summary: prose('description desc'),
    },
  },
  languages: {
    aka: 'language spokenLanguages'.split(' '),
    text: 'language',
    keyed: 'fluency',
    fields: {
      language: line('name title lang label type'),
      fluency: line('level proficiency rating details'),
      summary: prose('description certification desc'),
    },
  },
  interests: {
    aka: 'interest hobbies hobby passions professionalInterests'.split(' '),
    text: 'name',
    keyed: 'keywords',
    fields: {
      name: line('title interest hobby label'),
      keywords: words('items list tags details'),
      summary: prose('description desc'),
    },
  },
  references: {
    aka: 'reference referees recommendations testimonials'.split(' '),
    text: 'name',
    fields: {
      name: line('author referee fullName'),
      reference: prose('text quote summary description content recommendation testimonial'),
      position: line('title role jobTitle relationship'),
      company: line('organization employer'),
      email: field('email')('mail'),
      phone: line('telephone mobile'),
      url: LINK,
    },
  },
};

export const SECTIONS = Object.fromEntries(
  Object.entries(OWN_FIELDS).map(([key, section]) => {
    // Its own fields first: they take the keys that both know.
    const fields = { ...section.fields, ...EXTRA, ...section.fields };
    return [key, key === 'references' ? section : { ...section, fields }];
  }),
) as Record<SectionKey, Section>;

/** A field's name and its other keys, as {@link plainKey} writes them. */
export function names([name, { aka }]: [string, Field]): string[] {
  return [name, ...aka].map(plainKey);
}

export function plainKey(key: string): string {
  return key.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}
