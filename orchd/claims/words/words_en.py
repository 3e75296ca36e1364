"""English words that say nearly the same, and that say the opposite.

`;` ends a group of words of which one may stand for another in some sentence; ` / ` stands between two groups that
contradict each other. A word may be in several. Hand-made: everyday matters first, then reports, software, medicine,
sport, law and travel.
"""

GROUPS = """

    begin start commence launch initiate open onset introduce / end finish conclude stop cease terminate close complete;
    open opening inaugurate unlock / close shut lock closed;
    buy purchase acquire acquisition buyer obtain / sell sale seller vendor divest;
    give donate grant provide hand supply / take receive accept get obtain collect; award prize honor honour medal;
    increase rise grow raise climb gain surge growth up expand / decrease fall decline drop reduce shrink lower cut
    loss down lose diminish;
    more greater higher extra additional over above exceed beyond / less fewer lower under below;
    most majority / least minority; maximum most upper limit highest / minimum least lowest;
    big large great huge major vast sizeable / small little tiny minor;
    high tall height rise stand altitude elevation / low short; long length lengthy stretch extend / short brief;
    wide broad width / narrow; deep depth / shallow; heavy weight weigh / light; hot warm heat / cold cool chill;
    strong powerful / weak feeble; fast quick rapid swift speed soon / slow gradual; early soon / late delay;
    old ancient aged / new recent modern young; young youth juvenile / old elderly;
    first initial original earliest / last final latest;
    next following subsequent later after / previous prior former before earlier preceding;
    before prior ahead / after following later since; inside within indoors / outside outdoors beyond;
    above over / below beneath under underneath; north northern / south southern; east eastern / west western;
    left / right; upper top / lower bottom; front / back rear; near close nearby adjacent / far distant remote;
    alive living survive survivor / dead die death kill killed perish; birth born / death die;
    male man boy men masculine / female woman girl women feminine; husband / wife; brother / sister; father / mother;
    son / daughter; king / queen; parent / child offspring;
    teacher teach instruct instructor / student pupil study learn; employer / employee;
    landlord owner lessor / tenant renter lessee; doctor physician / patient;
    win victory beat defeat triumph champion / lose defeated beaten;
    success succeed successful / fail failure unsuccessful failed flop;
    allow permit let authorize authorise may able enable / forbid prohibit ban prevent block disallow;
    accept agree approve adopt endorse consent pass / reject refuse decline deny oppose dismiss disapprove;
    agree agreement / disagree disagreement; support favor favour back / oppose against; encourage promote / discourage;
    recommend advise suggest / discourage;
    include contain comprise consist involve cover hold feature / exclude omit except lack;
    add addition / remove delete subtract removal; connect join link attach / disconnect separate detach;
    enable activate on / disable deactivate off; appear emerge arise / disappear vanish;
    arrive come reach return arrival / leave depart departure; enter entry admission / leave exit;
    enter admission access admit; import / export; buyer / seller;
    true correct right accurate valid / false wrong incorrect inaccurate invalid;
    possible feasible may can could / impossible; safe secure harmless / dangerous unsafe hazardous risky harmful;
    common frequent usual widespread typical ordinary / rare uncommon unusual seldom infrequent;
    always constantly invariably permanently / never; often frequently usually / rarely seldom;
    all every each entire whole total both / none no; all every / some; everyone everybody anyone / nobody noone;
    many numerous several multiple / few; full / empty; public / private; legal lawful permitted / illegal unlawful;
    rich wealthy / poor; cheap inexpensive affordable / expensive costly dear;
    easy simple straightforward / difficult hard complicated complex; good positive favorable / bad negative poor;
    better improve improvement upgrade enhance superior / worse worsen deteriorate decline inferior;
    benefit advantage gain profit / harm damage disadvantage; profit earnings gain / loss;
    income revenue turnover sales earnings takings / expense cost expenditure; income / expenditure spending;
    attack / defend defense; guilty convict / innocent acquit;
    mandatory compulsory obligatory required necessary must need require / optional voluntary;
    need require necessary must / unnecessary needless; temporary provisional / permanent; remember / forget;
    love like / hate dislike; push / pull; raw / cooked; dry / wet damp moist; clean / dirty;
    day daytime / night nighttime overnight; morning / evening; afternoon / morning; dawn sunrise / dusk sunset;
    summer / winter; spring / autumn fall; urban city / rural countryside;
    domestic national local / foreign international abroad; active / inactive dormant passive;
    visible / invisible hidden; present attend attendance / absent absence; present current now today nowadays / past;
    succeed successor follow / precede predecessor;
    cause lead produce trigger bring provoke result create / prevent stop avoid;
    because due owing thanks reason since cause; although despite though; encrypted / unencrypted;
    manual manually / automatic automatically automated auto; online / offline; upload / download; attract draw / repel;
    expand / contract; success / flop; hire employ recruit appoint engage / fire dismiss sack;
    build construct erect assemble building construction make put / demolish dismantle destroy;
    rebuild reconstruct restore renovate refurbish renew repair; destroy ruin demolish wreck devastate;
    repair fix mend restore correct / break damage; break fracture broken crack; damage harm spoil ruin injure hurt;
    author writer novelist write pen; author creator inventor;
    create make produce develop design establish form build generate; design devise plan draw architect designer;
    invent develop devise inventor invention create;
    found establish create set founder foundation start set-up institute;
    discover find detect identify discovery uncover spot notice; find locate;
    show display demonstrate reveal indicate present exhibit prove; indicate signal mean show denote signify;
    say state tell report claim declare announce mention explain note remark add; announce declare proclaim reveal;
    report account describe; think believe consider feel opinion; believe expect;
    expect anticipate forecast predict project foresee; plan intend aim schedule propose will;
    schedule plan set slate due; schedule timetable; propose suggest proposal motion put; vote ballot poll;
    elect choose vote pick election select; choose select pick opt prefer choice;
    appoint name nominate designate assign; lead head direct run manage command chair guide leader;
    leader head chief boss director president; chair chairman chairperson chairwoman president preside;
    manager director head; manage run operate administer; run operate work function; work job employment labor;
    worker employee staff personnel workforce employed crew;
    people person inhabitant resident population human individual; inhabitant resident population live home dweller;
    live reside dwell inhabit home; stay remain keep continue; continue remain persist go keep still;
    keep retain preserve maintain store hold save; store save keep record; delete erase remove wipe clear purge;
    erase lose wipe; change alter modify vary adjust amend shift transform; change alteration modification edit;
    replace substitute swap exchange supersede successor switch; move relocate transfer shift;
    transport carry convey ship move; send dispatch transmit deliver ship; deliver bring supply; bring carry fetch take;
    get obtain receive acquire gain earn win; own possess have belong owner property; have hold own;
    use employ utilize utilise apply operate usage consume; consume eat use drink; spend pay cost;
    pay fund finance cover bear sponsor settle; fund finance sponsor bankroll money budget;
    cost price charge fee worth expense; fee charge payment fine; money cash fund; price cost value;
    rent lease tenancy hire; lease contract tenancy agreement; contract agreement treaty deal;
    firm company business enterprise corporation manufacturer maker; company firm group cooperative;
    maker manufacturer producer make produce manufacture fabricate; factory plant mill works; shop store outlet;
    house home dwelling residence; flat apartment; building structure house; room chamber;
    road street route way highway; path track trail; car automobile vehicle; train railway rail railroad;
    boat ship vessel; plane aircraft airplane; travel journey trip go ride; walk foot hike stroll;
    town city municipality place; village hamlet settlement; country nation state;
    region area district province zone territory; area surface size; sea ocean water; river stream;
    hill mountain mount peak; top summit peak; beach coast shore; border boundary frontier; forest wood woodland;
    animal creature wildlife; bird fowl; dog hound; cat feline; bee insect; plant grow cultivate; food meal dish;
    cook bake boil fry prepare; bake oven; mix stir blend combine; cut slice chop carve divide; leave let allow;
    water liquid; drug medicine medication remedy; tablet pill dose; illness disease sickness condition ailment;
    ill sick unwell; pain ache; cure treat treatment heal therapy; relieve ease alleviate; relieve treat help;
    side adverse effect; effect impact influence consequence result outcome; affect influence impact; doctor physician;
    child kid minor young; adult grown; baby infant newborn; family relative; friend companion;
    colleague coworker partner; rival competitor opponent; game match play; match final game; player footballer athlete;
    team side club squad; score goal net; competition contest tournament championship cup race;
    race event competition contest; title championship trophy cup; coach trainer manager;
    spectator crowd audience fan attendance watch; watch see view observe look; see look view notice;
    runner participant competitor athlete; part share portion piece section fraction; share proportion percentage;
    double twice twofold; triple threefold; quarter fourth; number count total amount figure quantity; amount sum total;
    total altogether overall whole sum; about approximately roughly around nearly almost circa;
    only just solely merely exclusively alone; especially particularly mainly mostly chiefly primarily;
    mainly mostly largely primarily chiefly predominantly; also too additionally moreover besides; together jointly;
    alone single sole; same identical equal; different distinct other unlike; similar alike comparable like;
    equal equivalent same; problem issue trouble fault error bug difficulty; error fault mistake bug failure;
    fix repair solve resolve correct patch; solve resolve settle; publish release print issue appear edition come;
    book volume novel work title; novel book fiction; poem verse; picture image photo photograph painting;
    paint painter; song tune track; music composer compose; perform play stage show put performance;
    premiere debut first; film movie; art artwork; study research investigation survey examine;
    study investigate examine analyze research; research scientist researcher; test try examine trial check;
    check verify inspect examine test review audit; auditor audit examine; measure gauge record; result outcome finding;
    finding discovery conclusion; science scientific; computer machine device laptop;
    machine device apparatus appliance; device unit gadget; program software application app tool; file document;
    folder directory; document paper record; copy duplicate backup; backup save; password key code;
    setting option configuration; option choice flag; default standard unless; user customer client;
    customer client buyer; server host machine; network connection internet web; connection link; restart reboot start;
    reset restore; factory original; start boot; update upgrade patch software; version edition release;
    feature function; message email note; warning alert caution; alarm alert; error fail; healthy working fine ok;
    law rule regulation act statute; rule regulation policy; judge court; court tribunal; crime offense offence;
    police officer; prison jail; fine penalty; war conflict battle fight; army troop military; soldier troop;
    weapon arm; kill murder slay assassinate; government state administration authority; minister ministry;
    official officer authority; meeting session assembly gathering; member part;
    committee board council commission panel; association society organization organisation institution body;
    organization organisation body agency; school college academy; university college; pupil student;
    lesson class course; train training teach; name call title term known; call name dub; know known aware;
    famous known renowned noted celebrated; important significant major key main crucial;
    main chief principal primary major key; chief main head; special particular specific dedicated; certain sure;
    clear obvious evident; probably likely perhaps; quick fast; immediately instantly straight directly once;
    soon shortly; recently lately; annual yearly year; daily day every; weekly week; monthly month; nightly night;
    period era age time; last final; last endure run continue take; take last need require;
    lie locate situated stand located found; place site location spot; distance away far; reach arrive attain hit;
    reach total; reach access get; pass cross; join meet merge unite enter connect; meet encounter;
    merge combine unite; separate divide split; divide split cut; split break; share divide; collect gather pick take;
    pick harvest; search look seek; ask request question inquire; answer reply respond response;
    request ask demand apply; demand require; force oblige compel; fight struggle; try attempt seek effort;
    help assist aid support help; protect guard shield defend safeguard; guard watch protect; save rescue; escape flee;
    hide conceal; carry bear; drop fall; jump leap; light lamp; glow shine light emit; burn fire; fire blaze;
    storm gale hurricane; rain rainfall shower; snow snowfall; flood inundate; wind gale; weather climate;
    temperature heat degrees; ground land; land country; stone rock; gold golden; iron steel; oil petroleum; gas fuel;
    power electricity energy; electric electrical; engine motor; retire retirement; resign quit step;
    quit leave resign abandon; withdraw leave pull; wait await; miss fail lack overlook skip; overlook miss ignore skip;
    skip omit miss; ignore overlook neglect; lack shortage absence missing; missing absent lost gone; release free;
    available accessible offer; offer provide propose; provide give offer supply; serve act work; serve provide;
    role part function job position; post position job role; position place; rank place; degree diploma; kind type sort;
    example instance; way method manner means; method technique way procedure; process procedure;
    goal aim purpose objective target; reason cause motive; origin source; come originate derive stem;
    headquarters based seat base; capital seat; center centre middle; edge border rim; end tip; surface top;
    bottom base; line row; group band team; set group; list index; page sheet; word term; language tongue;
    talk speak discuss; discuss debate talk; argue claim; claim allege; accuse charge; deny reject; confirm verify;
    signal sign; note mark; letter correspondence; mail post; visit tour; visitor guest tourist; host organize;
    organize arrange organise hold plan; hold host take; event occasion; happen occur take place; born birth;
    marry wed wife husband marriage; divorce separate; raise bring; lift raise elevator; lift hoist;
    stair staircase step; step stage; stage phase; age year old; hour time; minute moment; damage break; tear rip;
    protect conserve; waste trash garbage; pollute pollution; species kind; breed bird; hatch born; shelter house;
    predator hunter; prey victim; hunt chase; fish catch; feed eat nourish; grow rise; crop harvest;
    farm agriculture farming; farmer grower; dairy milk cheese; cattle cow; sheep lamb; meat beef; bread loaf;
    flour wheat; sugar sweet; salt salty; juice drink; beer brew;
    survive remain last / destroy ruin perish; likely probable / unlikely; denmark danish dane; france french;
    germany german; spain spanish; italy italian; portugal portuguese; brazil brazilian; england english;
    britain british; ireland irish; scotland scottish; wales welsh; netherlands dutch; sweden swedish;
    norway norwegian; finland finnish; poland polish; russia russian; ukraine ukrainian; china chinese;
    japan japanese; korea korean; india indian; america american; canada canadian; mexico mexican;
    argentina argentine argentinian; greece greek; turkey turkish; egypt egyptian; switzerland swiss;
    austria austrian; belgium belgian; hungary hungarian; europe european; africa african; asia asian;
    israel israeli; paraguay paraguayan; chile chilean; peru peruvian; kenya kenyan; nigeria nigerian;
    australia australian; rome roman;
    accelerate hasten speed quicken / brake slow delay; admit acknowledge concede confess / deny dispute; afraid fear
    worry concern concerned worried anxious / calm reassure reassured; alarm frighten scare / reassure; praise commend
    applaud welcome hail / criticize criticise condemn blame fault complain protest object; welcome applaud support
    greet / reject protest oppose resist; applaud / boo jeer; popular liked / unpopular; satisfied happy content
    pleased glad delighted / dissatisfied unhappy disappointed upset angry sad; angry furious upset; surprise astonish
    amaze unexpected; hope wish want desire like; love adore; prefer favour; delay postpone defer adjourn / advance
    hasten; delay late postpone; cancel scrap abandon drop shelve call / continue proceed resume; resume restart
    continue reopen / suspend interrupt halt pause stop; suspend halt pause interrupt stop freeze; extend prolong
    lengthen renew / shorten cut curtail expire lapse; expire end lapse run; renew extend prolong; strengthen
    reinforce bolster consolidate / weaken undermine; tighten toughen / loosen relax ease; simplify / complicate;
    widen broaden / narrow; deepen / fill; double / halve; fill / empty drain; drain dry; load / unload; lock /
    unlock; cover / uncover; wrap / unwrap; dress wear clothes; wake rise / sleep; stand / sit lie; sit seat; laugh /
    cry; marry / divorce; hire recruit / lay dismiss redundant; dismiss fire sack remove oust; job post position work
    role; strike walkout stoppage; wage pay salary earn; pension retirement; raise increase; employer company boss;
    bankrupt insolvent insolvency bankruptcy collapse / solvent; debt owe loan borrow credit; lend loan / borrow;
    invest investment / divest; investor shareholder; share stock; profit profitable / loss; deficit shortfall /
    surplus; tax levy duty; subsidy grant aid support; grant subsidy fund award; donate donation gift contribute give;
    donor benefactor sponsor; sponsor patron; budget spending; bill invoice; refund reimburse repay return;
    compensation damages compensate; discount reduction; free charge gratis / paid; merger merge takeover acquisition;
    takeover acquisition acquire buy; subsidiary branch division; branch office; export ship sell; market trade;
    customer shopper consumer; brand label; product goods item; supply deliver provide / demand; order purchase
    request; stock supply store; warehouse store depot; freight cargo load goods; crew staff team sailor; sail voyage;
    passenger traveller traveler rider; driver motorist; pilot captain; captain skipper; harbor port; dock port berth;
    depart leave set / arrive; fly flight; land touch / take; crash collide hit accident; accident crash incident;
    collide collision hit; sink founder drown / float; injure wound hurt injury casualty / unhurt unharmed; hurt
    injured injury wounded / unhurt unharmed uninjured; victim casualty dead; survive unhurt; missing lost vanish;
    rescue save free recover; evacuate remove leave clear; shelter refuge; extinguish put douse / ignite light kindle;
    fire blaze flames burn; smoke fumes; explode blast explosion; leak spill escape; spill leak; burst break rupture;
    collapse fall fail; crack split; flood inundate; quake earthquake tremor; erupt eruption; drought dry; melt thaw /
    freeze; freeze frozen ice; retreat shrink recede withdraw / advance grow expand; recede fall drop; polluted
    contaminated dirty / clean pure; poison toxic venom / harmless; protected reserve; extinct vanish die; endangered
    threatened; threaten endanger risk danger; risk danger threat chance; safe / risky; habitat home; hatch emerge;
    mate breed pair; offspring young chick cub; adult mature; mature ripe / immature unripe; species animal; mammal
    animal; insect bug; tree wood; leaf leaves; flower bloom blossom; seed grain; sow plant / harvest reap; harvest
    reap gather crop; soil ground earth; dig excavate; bury / unearth dig exhume; excavation dig; ruin remain; grave
    tomb; temple shrine; church chapel; castle fortress fort; palace residence; tower spire; gate door entrance;
    entrance entry door / exit; roof top; floor storey story level; lift elevator; stairs steps; corridor hall
    passage; hall room auditorium; garden park; yard court; square plaza place; tunnel underpass; railway rail line
    track; station stop; airport airfield; timetable schedule; ticket fare; fare price; seat place; luggage baggage;
    hotel inn lodging; guest visitor; tour trip; map plan chart; guide lead handbook; manual handbook instruction
    guide; instruction order direction; press push hit / release; hold keep press; turn rotate spin; switch turn;
    button key; screen display monitor; battery accumulator; charge recharge / discharge; cable wire cord; plug
    connect insert / unplug; pair connect link; light lamp shine; flash blink; bright luminous / dim dark; dark /
    light bright; loud noisy / quiet silent; silent quiet; noise sound; sound audio; volume loudness; headphones
    headset; phone telephone mobile cell call; call ring phone; message text; email mail; site website page; browse
    surf; click press; download install; install set / uninstall remove; crash fail; bug fault defect flaw error; flaw
    defect weakness; patch fix; encrypt cipher; hack breach attack; breach violate violation break; leak disclose
    reveal / conceal; secret confidential hidden / public open; privacy private; data information; information detail
    fact; user visitor; account profile; sign register enrol enroll; enrol enroll register recruit join sign; exempt
    excuse / subject liable; exempt free; eligible entitled qualify / ineligible; entitled right; duty obligation;
    liable responsible; breach break; sue lawsuit case action; lawsuit case action trial; trial case hearing; judge
    rule; ruling judgment verdict decision judgement; verdict decision; appeal challenge; sentence jail imprison; jail
    imprison lock / release free; arrest detain seize capture / release free; suspect accuse; convict guilty sentence;
    acquit clear / convict; evidence proof; witness see; testify state; lawyer attorney solicitor counsel; client
    customer; steal rob theft take; thief robber burglar; fraud deceive cheat; forge fake counterfeit / genuine
    authentic original; genuine real authentic / fake false; ban prohibition; bill law; vote elect; voter elector;
    election vote; candidate nominee; councillor councilor; parliament assembly legislature; opposition rival;
    majority most; unanimous unanimously all; referendum vote; policy plan; reform change; treaty pact accord; ally
    partner / enemy foe; enemy foe rival; peace truce ceasefire / war; surrender yield capitulate / resist; conquer
    capture take seize occupy; occupy hold; invade attack; siege besiege; retreat withdraw / advance; revolt rebellion
    uprising revolution; independence independent free / dependent; rule reign govern; reign rule; monarch king ruler
    sovereign; monarch queen; heir successor; noble aristocrat; tribe people; ancient old; modern contemporary; origin
    birth; childhood youth; raised grow brought; widow widower; spouse husband; spouse wife; sibling brother; sibling
    sister; parent father; parent mother; grandparent grandfather; grandparent grandmother; ancestor forefather /
    descendant; educate school train; graduate degree; lesson class private; taught teach lesson instruct train; learn
    study; pupil learner; scholarship grant; professor teacher lecturer; lecture talk speech; speech address; exam
    test; pass succeed / fail; mark grade score; paint picture; painting canvas work picture; portrait picture;
    sculptor sculpt sculpture statue; exhibit display show; exhibition show display; gallery museum; collection
    collect; artist painter; sing singer vocalist song; album record; record album disc; band group; concert
    performance recital gig; orchestra ensemble; stage scene; actor actress performer; film shoot; director filmmaker;
    audience public viewer; viewer watch; broadcast air; newspaper paper press; journalist reporter; article paper
    story; story tale; chapter part; edit revise; translate translation version; reader read; poem poetry; publisher
    publish; bestseller sell; win beat; beat defeat overcome top; champion winner title; winner victor champion /
    loser; runner-up second; unbeaten undefeated / beaten; draw tie level; final decider; qualify advance reach
    progress / eliminated out; eliminate knock / qualify advance; score hit; opponent other; referee umpire; stadium
    arena ground; league division; train practice practise; record best; point score; lead ahead / trail behind;
    youngest / oldest; fastest / slowest; longest / shortest; tallest highest biggest / smallest; climb ascend /
    descend; ascend rise; descend fall; run jog; ride cycle bike; bicycle bike cycle; walk march; patient sufferer;
    hospital clinic; surgery operation operate; vaccine vaccination jab inoculate; virus infection infect; infection
    disease; symptom sign; fever temperature; dizzy dizziness; drowsy sleepy drowsiness tired / awake alert; tired
    weary fatigue exhausted; allergy allergic; pregnant pregnancy; breastfeed nurse; swallow take ingest; chew bite;
    dose amount; prescription prescribe; pharmacist chemist; healthy fit well / ill unhealthy; diet food; obese
    overweight fat; smoke cigarette tobacco; alcohol drink; risk likelihood probability; lower reduce decrease; trial
    study test experiment; experiment trial test; participant volunteer subject; author researcher team; hypothesis
    theory; prove show demonstrate establish / disprove refute; confirm prove / refute; suggest indicate imply; link
    associate connect relate tie; cause effect; follow track monitor observe; monitor observe watch track; sample
    specimen; analyze analyse study; count number; average mean typical; estimate guess reckon calculate put;
    calculate compute work; rate ratio percentage; soak steep water; drain strain; simmer boil cook; fry saute cook;
    roast bake; chop cut; grate shred; knead work; rest stand leave; season salt spice; garlic clove; serve eat; dish
    recipe meal; stew casserole dish; soup broth; tin can; jar pot; pan pot; fridge refrigerator cool; freeze freezer
    / thaw; tender soft / tough hard; soft / hard; crisp crunchy; sour / sweet; bitter / sweet; fresh / stale; ripe /
    unripe; peel skin; pour add; stir mix; sprinkle scatter; last keep; keep last store; preserve keep; overnight
    night before; beforehand before advance; immediately once / later; simultaneously time together; previously before
    earlier; currently now; eventually finally; annually yearly; holiday vacation; anniversary jubilee; sunny sun /
    cloudy rainy; rainy wet / dry; windy / calm; hot / freezing; foggy fog mist; thunder lightning storm; renovate
    refurbish modernise modernize restore overhaul; renovation refurbishment restoration works; complete finish /
    unfinished incomplete; unfinished incomplete; ready finished done complete / unfinished; shut closed close / open;
    reopen open / close; vacant empty free / occupied full; occupied full busy; crowded packed full busy / empty
    deserted; permit licence license permission; allowed permitted / forbidden banned prohibited; resident local;
    visitor tourist; crowd people; majority mostly; neighbour neighbor; neighbourhood district quarter; outskirts
    suburb; remote isolated; steep / flat gentle; flat level / hilly; wide / narrow; shallow / deep; coast seaside;
    island isle; lake pond; waterfall falls; glacier ice; desert arid; cave cavern; spring source; mouth estuary;
    inhabited populated / uninhabited deserted; drinking water; dam reservoir; irrigation irrigate water; electricity
    current; solar sun; wind turbine; nuclear atomic; emission emit exhaust; recycle reuse; wooden wood timber; made
    consist; contain include; lack without / have; without lack / with; sole only; several some; nearly almost;
    exactly precisely; twice two; pair couple two; dozen twelve; entire whole complete / partial; partly partial /
    fully wholly; fully completely entirely; deploy release roll; rollback revert undo; timeout delay; queue wait
    line; log record journal entry; retry repeat attempt again; overwrite replace; schedule job task; task job
    assignment work; cluster group; node server machine; memory ram storage; throughput rate speed; outage downtime
    failure interruption unavailable; unavailable down offline / available up; deprecated obsolete outdated / current;
    obsolete outdated old; compatible / incompatible; supported / unsupported; sync synchronize synchronise; archive
    backup; export / import; sort order arrange; filter select; edit change modify; administrator admin; permission
    right access; authenticate login sign; login sign log; valid / expired; vote decide; decide resolve agree
    determine; resolution decision; agenda item; chair preside lead; minutes record protocol; attendee participant
    present; apologise apologize regret; absent apologies / present; treasurer finance; elect reelect; step resign;
    deadline due; due owed payable; overdue late; instalment installment payment; deposit security; notice terminate
    cancel end; tenant lodger; repair maintenance upkeep; maintain upkeep service; service maintenance; pet animal;
    smoke smoking; noise loud; evict remove; landlord proprietor; sublet rent; symptom complaint; physician medic;
    consult ask see contact; contact reach call; seek consult; swelling swell; rash itch; nausea sick vomit; vomit
    sick; stomach belly; heart cardiac; kidney renal; liver hepatic; lung pulmonary respiratory; brain cerebral; skin
    dermal; bone skeleton; tumor tumour cancer; cancer tumour tumor; therapy treatment; recover recovery heal better /
    relapse; relapse recur return; recur return repeat; chronic lasting / acute; fatal deadly lethal / harmless; mild
    slight light / severe serious strong; severe serious grave; serious severe grave / minor; contagious infectious;
    diagnose identify; elderly older old aged senior; teenager adolescent youth; toddler child; oven bake; dough
    batter; yeast leaven; whisk beat stir; rise prove proof; pinch bit; tablespoon spoon; teaspoon spoon; butter fat;
    vegetable veg; vegetarian meatless; spicy hot; tasty delicious; portion serving; serving portion helping person;
    half-time break interval; overtime extra; penalty spot; red card sent dismissed; substitute replacement; relegated
    demoted / promoted; promote / demote; debut first; record-breaking record; finish end complete; finisher complete;
    injured hurt / fit; retire withdraw drop; withdraw retire drop; crown title; defend retain keep; retain keep
    defend; shareholder owner; forecast outlook; outlook forecast; subsidiary unit; unit division branch department;
    department division section; relocate move; headquarters office; workforce headcount staff; layoff cut redundancy
    dismiss; rise climb jump soar; plunge plummet slump fall drop; flat unchanged steady stable / changed; unchanged
    same steady stable; stable steady constant / unstable volatile; lowest minimum; exceed top pass; miss fall;
    dividend payout; acquire takeover; founder establish start; co-found found; inhabitant people; peak summit; slope
    hillside; ridge crest; plain lowland / mountain; lowland / highland; inland interior / coastal; bay gulf; strait
    channel; canal waterway; bank shore side; flow run; drain empty flow; rise source; border adjoin; surround
    enclose; fertile / barren; harvest yield; yield produce give harvest; export sell ship; mine mining pit; weave
    textile cloth fabric; cloth fabric textile; leather hide; orbit circle revolve; observe see watch; laboratory lab;
    instrument device; sample collect; temperature warm; freeze solid; evaporate vapor; dissolve melt; measurement
    measure reading; colony settlement group; migrate move travel; nocturnal night; diurnal day; carnivore meat;
    herbivore plant; prey food; roost sleep; feather plumage; fur coat hair; larva caterpillar; pollen pollinate;
    venom poison; camouflage hide; compose write; conduct lead direct; premiere perform first; lyric text word;
    inspire influence; influence inspire; mentor teacher; apprentice pupil trainee; workshop studio; studio workshop;
    commission order; exile banish expel; banish exile expel; prison captivity; execute kill; crown king; abdicate
    resign; abolish end scrap remove / introduce establish; ratify approve sign; petition request; protest demonstrate
    demonstration march; demonstrate protest march; striker worker; demand want require call; negotiate talk;
    negotiation talk; agreement settlement; settle agree resolve
"""
