-- What the edge asks the database of accounts, whichever it is (docs/decisions/0057). SQLite compiles a statement once for each process
-- that asks: compiled anew for each request, as Kamailio's modules do it, they were a third of a registration. PostgreSQL is asked by
-- Kamailio's module sqlops, which restores its connection by itself.
package.cpath = "@{modules}/../lib/liblua5.4-?.so.0;" .. package.cpath
local sqlite = require("lsqlite3")

local FILE = "@{accounts_file}" -- "none": PostgreSQL
local BUSY = 500 -- ms: whoever dies while writing leaves the file to be put in order, and readers are turned away meanwhile
local NOBODYS = ("0"):rep(32)

-- "?1" stands for the word that is asked with. It is no part of a statement of SQLite's.
local WHO = "SELECT ha1, account, device, networks, media_encryption FROM %s WHERE login = ?1"
local QUESTIONS = {
	edge_account = WHO:format("edge_account"),
	edge_device = WHO:format("edge_device"),
	edge_browser = WHO:format("edge_browser"),
	readable = "SELECT 1 FROM edge_account LIMIT 1",
	login = "SELECT login FROM edge_account WHERE login = ?1",
	encryption = "SELECT media_encryption FROM edge_encryption WHERE login = ?1",
	mark = "SELECT endpoint, username FROM edge_registration WHERE mark = ?1",
	company = "SELECT company FROM edge_number WHERE number IN ('+' || ?1, '+48' || ?1) LIMIT 1",
	carrier = "SELECT endpoint, addresses FROM edge_carrier WHERE addresses LIKE '%' || ?1 || '%' ORDER BY endpoint",
	spared = "SELECT networks FROM edge_spared",
}

-- Which of the rows is meant, where it is not the first.
local MEANT = {
	-- An address on this machine itself stands there with its port.
	carrier = function(row, address)
		local its = "," .. row[2]:lower() .. ","
		local port = KSR.pv.get("$sp")
		return its:find("," .. address .. ",", 1, true) or its:find("," .. address .. ":" .. port .. "/32,", 1, true)
	end,
	spared = function(row, address)
		return KSR.ipops.is_in_subnet(address, row[1]) > 0 or ("," .. row[1]):find("," .. address .. ":", 1, true)
	end,
}

local set, set_number = KSR.pv.sets, KSR.pv.seti
local database, statements

local function close()
	if database then
		database:close()
	end
	database = nil
end

-- Opened by each process when it asks first: SQLite's connections are not to be carried over a fork.
local function open()
	local complaint, _
	database, _, complaint = sqlite.open(FILE, sqlite.OPEN_READWRITE)
	if database then
		database:busy_timeout(BUSY)
		statements = {}
	end
	return database, complaint
end

-- All rows are read, and the statement is reset: nothing goes on reading, which would keep the log from being carried over.
local function ask_file(name, word)
	if not database then
		local opened, complaint = open()
		if not opened then
			return nil, complaint
		end
	end
	local statement = statements[name] or database:prepare(QUESTIONS[name])
	if not statement then
		return nil, database:errmsg()
	end
	statements[name] = statement
	if statement:bind_parameter_count() > 0 then
		statement:bind_values(word)
	end
	local rows, said = {}, statement:step()
	while said == sqlite.ROW do
		rows[#rows + 1] = statement:get_values()
		said = statement:step()
	end
	statement:reset()
	if said == sqlite.DONE then
		return rows
	end
	return nil, database:errmsg(), said == sqlite.BUSY
end

-- What it has to say against a question sqlops says itself.
local function ask_server(name, word)
	local question = QUESTIONS[name]:gsub("%?1", "'" .. word .. "'")
	if KSR.sqlops.sql_query("accounts", question, "found") < 0 then
		return nil
	end
	local rows = {}
	for row = 0, KSR.sqlops.sql_num_rows("found") - 1 do
		rows[row + 1] = {}
		for column = 0, KSR.sqlops.sql_num_columns("found") - 1 do
			rows[row + 1][column + 1] = KSR.sqlops.sql_result_get("found", row, column)
		end
	end
	KSR.sqlops.sql_result_free("found")
	return rows
end

-- The rows that a question finds, or nil. No name, number or address is made of other signs than these; of what is, there is no row.
local function rows_of(name, word)
	word = word:find("^[%w_.:/+-]+$") and word or ""
	if FILE == "none" then
		return ask_server(name, word)
	end
	local rows, complaint, busy = ask_file(name, word)
	if not rows then
		close()
		if not busy then
			rows, complaint = ask_file(name, word)
		end
	end
	if not rows then
		close()
		KSR.err("accounts cannot be read (" .. name .. "): " .. tostring(complaint) .. "\n")
	end
	return rows
end

-- By questions.cfg. `asked`: 1 with a row, whose first columns are `first` and `second`; 2 with none; -1 if it failed.
function ask(name, word)
	local rows = rows_of(name, word)
	if not rows then
		return
	end
	set_number("$var(asked)", 2)
	for _, row in ipairs(rows) do
		if not MEANT[name] or MEANT[name](row, word) then
			set_number("$var(asked)", 1)
			set("$var(first)", tostring(row[1] or ""))
			set("$var(second)", tostring(row[2] or ""))
			return
		end
	end
end

-- By from_phone.cfg. `proof`: whether the digest of the request is that of the name in it, as www_authenticate says it: 1 if it is, -2 if
-- it is not, -3 if there is no such name, -1 if that cannot be looked at, others for the challenge. Who it is comes from the row whose
-- digest was compared, so no other name counts than the one whose password was known. Of a name that is none another digest is
-- compared, which is never believed: it takes as long.
function prove(view)
	local rows = rows_of(view, KSR.pv.gete("$au"))
	if not rows then
		return
	end
	local ha1, account, device, networks, encryption = table.unpack(rows[1] or {}, 1, 5)
	local proof = KSR.auth.pv_www_authenticate("centralka", ha1 or NOBODYS, 1)
	if proof > 0 or proof == -2 then
		if ha1 then
			-- Also of whose password was wrong: it is counted for the account (strangers.cfg).
			set("$avp(account)", account)
			set("$avp(encryption)", encryption)
			if networks and networks ~= "" then
				set("$avp(networks)", networks)
			end
			if device then
				set("$avp(device)", device)
			end
		else
			proof = -3
		end
	end
	set_number("$var(proof)", proof)
end
