"""Words of several languages that say much of a name: titles, kinds of groups and places, well-known names.

They are features and no more: what a title or a given name says of a label is learnt from the first spans,
and then counts for all of them. A word of two kinds is of the first one.
"""

from collections.abc import Mapping
from typing import Final

_KINDS: Final = {
    "title": (
        "mr mrs ms dr prof gen col maj capt lt sgt sir lord lady president minister king queen prince"
        " pope chief secretary senator sen rep gov general colonel captain major officer spokesman"
        " spokeswoman chairman director leader commander ambassador ayatollah sheikh judge coach actor"
        " singer señor señora don presidente ministro ministra rey reina alcalde herr frau kanzler"
        " präsident könig bürgermeister monsieur madame président ministre roi maire meneer mevrouw rais"
        " waziri bwana bibi президент президента министр министра премьер глава директор генерал депутат"
        " губернатор председатель"
    ),
    "group": (
        "inc corp ltd llc co plc gmbh ag sa company corporation group party union university college"
        " school institute ministry department committee council commission agency bank army forces force"
        " police court league club united association federation foundation church news times post press"
        " tv government parliament congress senate brigade battalion regiment division front organization"
        " organisation movement partido banco universidad ministerio gobierno consejo comité empresa"
        " universität partei verein ministerium regierung université ministère conseil parti banque chama"
        " wizara serikali министерство комитет совет партия банк компания университет агентство союз"
        " правительство"
    ),
    "place": (
        "city town village province region district state county street road river mountain lake island"
        " north south east west northern southern eastern western republic airport valley bay sea ciudad"
        " provincia región río calle stadt dorf fluss straße insel ville rivière rue île stad dorp rivier"
        " mji mkoa wilaya kijiji город область край район улица республика"
    ),
    "in": "in at from near outside across around en desde nach aus bei à dans uit bij katika kutoka в из на",
    "time": (
        "monday tuesday wednesday thursday friday saturday sunday january february march april may june"
        " july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec"
        " today yesterday tomorrow year years month months week weeks day days hour hours morning night"
        " evening century enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre"
        " diciembre lunes martes miércoles jueves viernes año años januar februar märz juni juli oktober"
        " dezember jahr jahre janvier février mars avril juin juillet août octobre novembre décembre"
        " января февраля марта апреля мая июня июля августа сентября октября ноября декабря года году"
    ),
    "given": (
        "aaron abdul abdullah abraham adam adrian ahmad ahmed alan albert alberto aleksandr alejandro alex"
        " alexander alexandra alexei alfonso alfred alfredo alice alicia alison allison amanda amber amy ana"
        " anastasia andrea andreas andrei andrew andrés andy angela angelina anita anna anne anthony antoine"
        " antonio anton ariana arthur ashley barbara barack ben benjamin bernard bernie beth betty beyoncé"
        " bill billy bob bobby boris brad brandon brenda brian britney bruce bruno bryan calvin cameron"
        " carlos carmen carol caroline catherine cecilia charles charlie charlotte chris christian christina"
        " christine christopher cindy claire clara claude claudia claudio colin connor craig cristiano"
        " cristina dan daniel daniela danielle danny darren dave david dean deborah debbie denise dennis"
        " derek diana diane diego dmitri dmitry dominic don donald donna dorothy doug douglas dylan eddie"
        " eduardo edward edwin elena eli elizabeth ella ellen emily emma emmanuel enrique eric erica erik"
        " ernest ernesto ethan eugene eva evan evelyn fatima federico felipe fernando fidel francis"
        " francesco francisco franco frank françois fred frederick friedrich gabriel gabriela gareth gary"
        " gavin gene geoff george gerald gerard gerhard gianni gilbert glenn gloria gordon graham greg"
        " gregory guillermo günter gustavo guy hannah hans harold harry hassan heather hector heidi heinrich"
        " helen helmut henri henry herbert hillary hosni howard hugh hugo hussein ian ibrahim igor irene"
        " isaac isabel isabella ivan jack jackie jacob jacques jaime jake james jamie jan jane janet jared"
        " jason javier jay jean jeff jeffrey jennifer jenny jeremy jerry jessica jesse jesus jim jimmy joan"
        " joanna joe joel johann johannes john johnny jon jonathan jorge jose joseph josé josh joshua juan"
        " judith judy julia julian julie julio justin karen karl karim kate katherine kathleen kathy katie"
        " keith kelly ken kenneth kevin khalid kim kimberly kirk klaus kobe kyle larry laura lauren laurent"
        " lawrence lebron lee leo leon leonardo leonid leslie lewis liam linda lindsay lionel lisa lorenzo"
        " louis louise lucas lucia lucy luigi luis luke lynn madison maria mariah marcel marco marcos marcus"
        " margaret mario marie marina marion mark markus martha martin martina mary mathew matt matthew"
        " maurice max megan mehmet melanie melissa michael michel michelle miguel mike mikhail miley mohamed"
        " mohammad mohammed monica muhammad mustafa nancy natalia natalie nathan neil nelson nicholas nick"
        " nicki nicolas nicole nigel nikita nikolai nina noah norman olga oliver olivia omar oscar osama"
        " otto pablo pamela patricia patrick paul paula paulo pedro peggy perry peter petra phil philip"
        " philippe pierre priscilla rachel rafael ralph ramon raúl raul ray raymond rebecca ricardo richard"
        " rick ricky rihanna rob robert roberto robin rodney roger roland roman ron ronald ronaldo ross roy"
        " rudolf rupert russell ryan saddam sally salvador sam samantha samuel sandra sara sarah scott sean"
        " sebastian selena serena sergei sergey sergio seth sharon shaun shawn sheila shirley silvio simon"
        " sofia sonia sophie stefan stephanie stephen steve steven stuart susan suzanne sylvia tanya taylor"
        " ted teresa terry theodore theresa thomas tiffany tim timothy todd tom tommy tony tracy trevor"
        " tyler valentina vanessa venus veronica vicente victor victoria vincent viktor vladimir walter"
        " wayne wendy werner wilhelm william wolfgang xavier yasser yolanda yuri yusuf yvonne zachary zayn"
        " niall александр алексей анатолий андрей анна антон борис вадим валентин валерий василий вера"
        " виктор виталий владимир владислав вячеслав геннадий георгий григорий дарья денис дмитрий евгений"
        " екатерина елена иван игорь илья ирина кирилл константин ксения леонид людмила максим марина мария"
        " михаил наталья никита николай олег ольга павел петр роман руслан светлана сергей станислав степан"
        " татьяна федор юлия юрий"
    ),
    "country": (
        "afghanistan albania algeria angola argentina armenia australia austria azerbaijan bahrain"
        " bangladesh belarus belgium bolivia bosnia botswana brazil britain bulgaria burma burundi cambodia"
        " cameroon canada chad chile china colombia congo croatia cuba cyprus czechoslovakia denmark ecuador"
        " egypt england eritrea estonia ethiopia fiji finland france gabon georgia germany ghana greece"
        " greenland guatemala guinea guyana haiti honduras hungary iceland india indonesia iran iraq ireland"
        " israel italy jamaica japan kazakhstan kenya korea kosovo kuwait kyrgyzstan laos latvia lebanon"
        " liberia libya liechtenstein lithuania luxembourg macedonia malawi malaysia mali malta mauritania"
        " mauritius mexico moldova monaco mongolia montenegro morocco mozambique myanmar namibia nepal"
        " netherlands nicaragua niger nigeria norway oman pakistan palestine panama paraguay peru"
        " philippines poland portugal qatar romania russia rwanda scotland senegal serbia singapore slovakia"
        " slovenia somalia spain sudan sweden switzerland syria taiwan tajikistan tanzania thailand togo"
        " tunisia turkey turkmenistan uganda ukraine uruguay usa uk uzbekistan venezuela vietnam wales yemen"
        " yugoslavia zambia zimbabwe africa asia europe america rica alabama alaska arizona arkansas"
        " california colorado connecticut delaware florida hawaii idaho illinois indiana iowa kansas"
        " kentucky louisiana maine maryland massachusetts michigan minnesota mississippi missouri montana"
        " nebraska nevada ohio oklahoma oregon pennsylvania tennessee texas utah vermont virginia wisconsin"
        " wyoming españa alemania francia italia rusia brasil japón méxico perú inglaterra suecia suiza"
        " polonia turquía grecia bélgica egipto marruecos argelia irak irán siria europa américa áfrica"
        " andalucía cataluña galicia navarra asturias aragón extremadura cantabria valencia murcia"
        " deutschland frankreich italien spanien russland österreich schweiz polen ungarn tschechien"
        " griechenland türkei schweden norwegen dänemark niederlande belgien großbritannien irland indien"
        " brasilien ägypten bayern sachsen hessen thüringen brandenburg россия украина белоруссия беларусь"
        " казахстан грузия армения азербайджан франция германия италия испания польша китай япония индия сша"
        " великобритания англия израиль иран ирак сирия турция египет европа азия африка америка россии"
        " украины белоруссии грузии германии франции италии польши китая японии индии великобритании израиля"
        " ирана ирака сирии турции украине urusi marekani uingereza ufaransa ujerumani uchina misri afrika"
        " ulaya"
    ),
    "city": (
        "london paris berlin madrid rome moscow tokyo beijing shanghai delhi mumbai bombay karachi lahore"
        " islamabad kabul kandahar baghdad basra mosul fallujah tehran damascus aleppo beirut jerusalem gaza"
        " cairo alexandria tripoli benghazi tunis algiers casablanca rabat lagos abuja nairobi mogadishu"
        " johannesburg pretoria khartoum kinshasa kigali kampala accra dakar bamako harare lusaka istanbul"
        " ankara athens vienna zurich geneva basel bern brussels antwerp amsterdam rotterdam hague"
        " copenhagen stockholm oslo helsinki dublin belfast edinburgh glasgow manchester liverpool"
        " birmingham leeds bristol cardiff oxford cambridge warsaw krakow prague budapest bucharest belgrade"
        " zagreb sarajevo kiev kyiv minsk vilnius riga tallinn petersburg lisbon porto barcelona seville"
        " bilbao zaragoza málaga milan turin naples florence venice bologna munich hamburg frankfurt cologne"
        " stuttgart dresden leipzig york boston chicago philadelphia washington baltimore miami atlanta"
        " houston dallas austin denver seattle portland angeles vegas detroit cleveland pittsburgh"
        " cincinnati minneapolis milwaukee orleans phoenix sacramento orlando brooklyn manhattan hollywood"
        " toronto montreal vancouver ottawa calgary havana lima bogota bogotá medellin medellín cali quito"
        " caracas santiago aires montevideo asuncion janeiro brasilia managua tegucigalpa sydney melbourne"
        " brisbane perth adelaide canberra auckland wellington seoul pyongyang hong kong taipei bangkok"
        " manila jakarta hanoi saigon dhaka colombo kathmandu calcutta kolkata chennai bangalore hyderabad"
        " dubai doha riyadh mecca jeddah sanaa aden amman tbilisi yerevan baku tashkent almaty sevilla"
        " mérida badajoz cáceres oviedo gijón pamplona córdoba granada toledo sabadell londres roma moscú"
        " bruselas wien münchen köln zürich genf düsseldorf hannover nürnberg bremen rom prag warschau"
        " moskau москва санкт-петербург петербург киев минск лондон париж берлин вашингтон москве москвы"
        " петербурге киеве киева екатеринбург новосибирск самара казань сочи тбилиси лондоне лондона париже"
        " берлине dar salaam dodoma arusha mwanza zanzibar mombasa"
    ),
    "people": (
        "american british french german italian spanish russian chinese japanese iraqi iranian israeli"
        " palestinian syrian afghan pakistani indian turkish egyptian saudi lebanese libyan kurdish arab"
        " jewish muslim islamic catholic shia shiite sunni polish dutch belgian swedish norwegian danish"
        " finnish irish scottish welsh greek hungarian romanian bulgarian serbian croatian czech slovak"
        " ukrainian chechen georgian korean vietnamese thai indonesian australian canadian mexican cuban"
        " colombian peruvian chilean argentine brazilian salvadoran nicaraguan honduran guatemalan african"
        " asian european latin somali sudanese ethiopian kenyan nigerian americans germans russians iraqis"
        " israelis palestinians kurds arabs jews muslims christians afghans english"
    ),
    "firm": (
        "google facebook twitter microsoft amazon youtube instagram netflix samsung sony nokia nintendo ibm"
        " intel dell walmart starbucks mcdonalds toyota honda ford bmw volkswagen boeing airbus reuters bbc"
        " cnn nbc abc cbs espn mtv itunes iphone ipad android xbox playstation nasa fbi cia nato eu opec nfl"
        " nba mlb nhl fifa uefa"
    ),
}

_KIND_OF: Final[Mapping[str, str]] = {
    word: kind for kind, words in reversed(_KINDS.items()) for word in words.split()
}


def kind_of(lower: str) -> str:
    """Name the kind of a word in lower case; empty where it is of none."""
    return _KIND_OF.get(lower, "")
