package graph

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"onward/graph/guard"
	"onward/services/fault"
)

// presentRefusal presents what the parser and the validator of GraphQL refuse,
// as INVALID with the field that is wrong.
func presentRefusal(ctx context.Context, g *gqlerror.Error) *gqlerror.Error {
	if r, ok := ctx.Value(requestKey{}).(*request); ok {
		if r.refusals++; r.refusals > maxRefusals {
			return &gqlerror.Error{Extensions: map[string]any{"code": fault.Invalid}} // without the client's words; fewRefusals leaves it out
		}
	}
	field := fault.Field{Path: refusedField(ctx, g), Message: inPlainWords(g)}
	return &gqlerror.Error{
		Message: field.Path + ": " + field.Message, Locations: g.Locations,
		Extensions: map[string]any{"code": fault.Invalid, "fields": []fault.Field{field}},
	}
}

// maxRefusals is how many errors a refused document is told: a person mends one
// after the other, and a document can have thousands. [J]
const maxRefusals = 10

// fewRefusals leaves out the errors of a refused document beyond the first ones.
func fewRefusals(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	reply := next(ctx)
	if reply != nil && reply.Data == nil && len(reply.Errors) > maxRefusals {
		reply.Errors = reply.Errors[:maxRefusals]
	}
	return reply
}

// plainWords are the messages of the library and what is said instead. They repeat
// words of the request, which may hold anything; what is said has names of the schema
// and no others, and suggests none. What is not here reads as unlisted.
var plainWords = []struct {
	said  *regexp.Regexp
	plain string
}{
	{regexp.MustCompile(`^Cannot query field "\w+" on type "(\w+)"`), `Cannot query a field that type "$1" does not have.`},
	{regexp.MustCompile(`^Unknown argument "\w+" on field "(\w+\.\w+)"`), `Unknown argument on field "$1".`},
	{regexp.MustCompile(`^Unknown (argument|directive|fragment|type)\b`), `Unknown $1.`},
	{regexp.MustCompile(`^Directive "@\w+" may not be used on (\w+)`), `This directive may not be used on $1.`},
	{regexp.MustCompile(`^(This anonymous operation must be the only defined operation\.|Maximum introspection depth exceeded)$`), `$1`},
	{regexp.MustCompile(`^Variable "\S+" is not defined`), `A variable is not defined.`},
	{regexp.MustCompile(`^(Variable|Fragment) "\S+" is never used`), `$1 that is never used.`},
	{regexp.MustCompile(`^Fields "\w+" conflict because`), `Fields of one name conflict. Use different aliases to fetch both.`},
	{regexp.MustCompile(`^Fragment (?:"\w+" )?cannot be spread here as objects of type "(\w+)"`), `Fragment cannot be spread here: objects of type "$1" are never of its type.`},
	{regexp.MustCompile(`^Fragment (?:"\w+" )?cannot condition on non composite type`), `Fragment on a type that has no fields.`},
	{regexp.MustCompile(`^(Field|Directive) "(@?\w+)" argument "(\w+)" of type "(\S+)" is required`), `$1 "$2" argument "$3" of type "$4" is required, but it was not provided.`},
	{regexp.MustCompile(`^Field "(\w+)" must not have a selection since type "(\w+)" has no subfields`), `Field "$1" must not have a selection since type "$2" has no subfields.`},
	{regexp.MustCompile(`^Field "(\w+)" of type "(\S+)" must have a selection of subfields`), `Field "$1" of type "$2" must have a selection of subfields.`},
	{regexp.MustCompile(`must select only one top level field\.$`), `A subscription must select only one top level field.`},
	{regexp.MustCompile(`must not select an introspection top level field\.$`), `A subscription must not select an introspection top level field.`},
	{regexp.MustCompile(`^There can be only one (argument|fragment|input field|operation|variable) named`), `There can be only one $1 of one name.`},
	{regexp.MustCompile(`^The directive "@\w+" can only be used once`), `A directive can only be used once at this location.`},
	{regexp.MustCompile(`^Variable "\S+" of type "\S+" used in position expecting type "(\S+)"`), `Variable used in position expecting type "$1".`},
	{regexp.MustCompile(`^Variable "\S+" cannot be non-input type`), `Variable of a type that is no input.`},
	{regexp.MustCompile(`^Variable .* must be non-nullable to be used for OneOf Input Object "(\w+)"\.$`), `Variable must be non-nullable to be used for OneOf Input Object "$1".`},
	{regexp.MustCompile(`^((?:Int|String|Boolean|Float|ID) cannot represent an? [\w -]+ value|Int cannot represent non[\w -]+ value|Float cannot represent non numeric value):`), `$1.`},
	{regexp.MustCompile(`^Enum "(\S+)" cannot represent non-enum value:`), `Enum "$1" cannot represent non-enum value.`},
	{regexp.MustCompile(`^Value "\w+" does not exist in "(\S+)" enum\.`), `Value does not exist in "$1" enum.`},
	{regexp.MustCompile(`^Expected value of type "(\S+)", found`), `Expected value of type "$1".`},
	{regexp.MustCompile(`^Field "(\w+\.\w+)" of required type "(\S+)" was not provided\.$`), `Field "$1" of required type "$2" was not provided.`},
	{regexp.MustCompile(`^Field "\w+" is not defined by type "(\w+)"`), `A field is not defined by type "$1".`},
	{regexp.MustCompile(`^OneOf Input Object "(\w+)" must specify exactly one key\.$`), `OneOf Input Object "$1" must specify exactly one key.`},
	{nullOfOne, `must not be null`},
	// Of variables. The kinds of Go are wrong where what came is a number; what the
	// schema asks for says more.
	{regexp.MustCompile(`^(must an input type|must be defined|cannot be null|unknown field)$`), `$1`},
	{regexp.MustCompile(`(?s)^cannot use .+ as (\w+)(?:$|: )`), `must be of type $1`},
	{regexp.MustCompile(`^must be a (\w+), not an? \w+$`), `must be of type $1`},
	{regexp.MustCompile(`^give exactly one of [\w, ]+$`), `$0`},
	{regexp.MustCompile(`^enums must be ints or strings$`), `must be a name of its enum`},
	{regexp.MustCompile(`(?s)^(?:.* )?is not a valid (\w+)$`), `is not a valid $1`},
	// Of the executor and the edge.
	{regexp.MustCompile(`^operation  not found$`), `There are several operations: say by operationName which one is to run.`},
	{regexp.MustCompile(`(?s)^operation .* not found$`), `There is no operation of the name that was given.`},
	{regexp.MustCompile(`^(no operation provided)$`), `$1`},
}

// unlisted is said of what has no words of its own.
const unlisted = "is not valid here"

// inPlainWords writes a message of the library for people who know the schema.
func inPlainWords(g *gqlerror.Error) string {
	if g.Extensions["code"] == errcode.ParseFailed {
		return "The document cannot be read from here on."
	}
	for _, w := range plainWords {
		if m := w.said.FindStringSubmatchIndex(g.Message); m != nil {
			return string(w.said.ExpandString(nil, w.plain, g.Message, m))
		}
	}
	return unlisted
}

// refusedField returns the path of the input field that a refusal is about: as far as
// the schema knows it, below a variable of the request.
func refusedField(ctx context.Context, g *gqlerror.Error) string {
	if p := inputPath(knownPart(g.Path)); p != "" {
		return p
	}
	// "Field LogPlacementInput.type of required type …", "Field "x" is not defined by type …"
	if m := fieldInMessage.FindStringSubmatch(g.Message); m != nil && inSchema()[m[1]] && !nullOfOne.MatchString(g.Message) {
		return m[1]
	}
	if len(g.Locations) > 0 && graphql.HasOperationContext(ctx) {
		return fieldAt(graphql.GetOperationContext(ctx).RawQuery, g.Locations[0])
	}
	return "query"
}

var fieldInMessage = regexp.MustCompile(`^(?:Field|Argument) "?(?:\w+\.)?(\w+)"?`)

// nullOfOne is how the validator refuses null in a @oneOf input. It names the first
// field of the input, whichever was given.
var nullOfOne = regexp.MustCompile(`^Field "\w+\.\w+" must be non-null\.$`)

// knownPart cuts a path where it has a name that the schema does not have. Below
// "variable" stands the name of a variable, which the document declares.
func knownPart(p ast.Path) ast.Path {
	for i, e := range p {
		name, ok := e.(ast.PathName)
		ofVariable := i < 2 && p[0] == ast.PathName("variable")
		if ok && !ofVariable && !inSchema()[string(name)] {
			return p[:i]
		}
	}
	return p
}

// inSchema are the names of all fields, arguments and input fields.
var inSchema = sync.OnceValue(func() map[string]bool {
	names := map[string]bool{}
	for _, t := range Schema().Types {
		for _, f := range t.Fields {
			names[f.Name] = true
			for _, a := range f.Arguments {
				names[a.Name] = true
			}
		}
	}
	return names
})

// fieldName finds the name before the last colon, where what follows is a value's
// beginning: items of a list, a quotation mark.
var fieldName = regexp.MustCompile(`(\w+)\s*:\s*(?:\[[^][(){}:]*)?"*$`)

// variableName finds the name of a variable where its default begins.
var variableName = regexp.MustCompile(`\$(\w+)\s*:\s*\[?\w+[]!]*\s*=\s*(?:\[[^][(){}:]*)?"*$`)

// nearby is how many bytes of a document are searched for the name of a value. [J]
const nearby = 200

// fieldAt returns the name of the argument or input field whose value stands at
// a place in a document, or of the variable whose default stands there.
func fieldAt(document string, at gqlerror.Location) string {
	before := textBefore(document, at)
	if m := variableName.FindStringSubmatch(before); m != nil && declares(document, m[1]) {
		return m[1]
	}
	if m := fieldName.FindStringSubmatch(before); m != nil && inSchema()[m[1]] {
		return m[1]
	}
	return "query"
}

// declares reports whether a document has a variable of this name.
func declares(document, variable string) bool {
	doc, err := guard.Parse(document)
	return err == nil && slices.ContainsFunc(doc.Operations, func(op *ast.OperationDefinition) bool {
		return op.VariableDefinitions.ForName(variable) != nil
	})
}

// textBefore returns what stands near before a place in a document.
func textBefore(document string, at gqlerror.Location) string {
	line := 0
	for range at.Line - 1 {
		end := strings.IndexByte(document[line:], '\n')
		if end < 0 {
			return ""
		}
		line += end + 1
	}
	end := line
	for range at.Column - 1 {
		_, size := utf8.DecodeRuneInString(document[end:])
		end += size
	}
	return document[max(0, end-nearby):end]
}
